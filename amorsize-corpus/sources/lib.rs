//! Nothing: this package only pins the sources that the corpus reads.
