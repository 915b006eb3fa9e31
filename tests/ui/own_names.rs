//! A type of the user's own that has the name of one of std's.

mod own {
    pub struct Vec<T>(pub std::vec::Vec<T>);

    impl<T> FromIterator<T> for Vec<T> {
        fn from_iter<I: IntoIterator<Item = T>>(items: I) -> Self {
            Self(items.into_iter().collect())
        }
    }
}

use amorsize::parallelize;

#[parallelize]
fn with_its_path(xs: &[u32]) -> own::Vec<u32> {
    xs.iter().map(|x| x ^ 1).collect()
}

fn main() {}
