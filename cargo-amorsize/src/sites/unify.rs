//! Whether a type as somebody wrote it can be the type that the compiler names.
//!
//! `A<T>` in `impl<T> Blur for A<T>` can be `imgproc::filter::A<u8>`: the compiler writes whole paths and knows what `T`
//! is. It decides by the shape alone, without looking names up, and lets through what it cannot tell.

use syn::{GenericArgument, Path, PathArguments, PathSegment, Type};

/// Whether `written`, with the names in `open` standing for anything, can be `named`.
pub(crate) fn types(written: &Type, named: &Type, open: &[String]) -> bool {
    match (bare(written), bare(named)) {
        (Type::Path(written), _) if written.qself.is_some() || is_open(&written.path, open) => true,
        (Type::Path(written), Type::Path(named)) => {
            named.qself.is_some() || paths(&written.path, &named.path, open)
        }
        (Type::Reference(written), Type::Reference(named)) => {
            written.mutability.is_some() == named.mutability.is_some()
                && types(&written.elem, &named.elem, open)
        }
        (Type::Ptr(written), Type::Ptr(named)) => types(&written.elem, &named.elem, open),
        (Type::Slice(written), Type::Slice(named)) => types(&written.elem, &named.elem, open),
        (Type::Array(written), Type::Array(named)) => types(&written.elem, &named.elem, open),
        (Type::Tuple(written), Type::Tuple(named)) => {
            written.elems.len() == named.elems.len()
                && written.elems.iter().zip(&named.elems).all(|(written, named)| types(written, named, open))
        }
        (Type::TraitObject(_), Type::TraitObject(_))
        | (Type::FnPtr(_), Type::FnPtr(_))
        | (Type::Never(_), Type::Never(_))
        // What a macro or the compiler leaves open.
        | (Type::Infer(_) | Type::Macro(_) | Type::ImplTrait(_) | Type::Verbatim(_), _)
        | (_, Type::Infer(_)) => true,
        _ => false,
    }
}

/// Whether a path as written can end the path that the compiler names.
pub(crate) fn paths(written: &Path, named: &Path, open: &[String]) -> bool {
    let relative = |segment: &&PathSegment| {
        !matches!(segment.ident.to_string().as_str(), "crate" | "self" | "super" | "$crate")
    };
    let mut written = written.segments.iter().filter(relative).rev();
    let mut named = named.segments.iter().rev();
    let Some((last, last_named)) = written.next().zip(named.next()) else { return false };
    same(last, last_named)
        && arguments(last, last_named, open)
        && written.all(|segment| named.next().is_some_and(|named| same(segment, named)))
}

fn same(written: &PathSegment, named: &PathSegment) -> bool {
    syn::ext::IdentExt::unraw(&written.ident) == syn::ext::IdentExt::unraw(&named.ident)
}

/// Whether the arguments agree as far as both are written: defaults are left out in the source.
fn arguments(written: &PathSegment, named: &PathSegment, open: &[String]) -> bool {
    let list = |segment: &PathSegment| match &segment.arguments {
        PathArguments::AngleBracketed(angle) => angle
            .args
            .iter()
            .filter(|argument| !matches!(argument, GenericArgument::Lifetime(_)))
            .cloned()
            .collect(),
        _ => Vec::new(),
    };
    list(written).iter().zip(&list(named)).all(|pair| match pair {
        (GenericArgument::Type(written), GenericArgument::Type(named)) => types(written, named, open),
        // Constants may be written as expressions.
        _ => true,
    })
}

/// A type without brackets around it.
fn bare(ty: &Type) -> &Type {
    match ty {
        Type::Paren(paren) => bare(&paren.elem),
        Type::Group(group) => bare(&group.elem),
        other => other,
    }
}

/// Whether a path is a parameter of the `impl`, or something of one (`T::Item`).
fn is_open(path: &Path, open: &[String]) -> bool {
    path.segments.first().is_some_and(|first| open.iter().any(|name| first.ident == name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_can_be_what_is_named() {
        let open = ["T".to_owned(), "N".to_owned()];
        for (written, named, expected) in [
            ("A", "c::m::A", true),
            ("A", "c::m::B", false),
            ("m::A", "c::m::A", true),
            ("other::A", "c::m::A", false),
            ("crate::m::A", "c::m::A", true),
            ("super::A", "c::A", true),
            ("A<T>", "c::A<u8>", true),
            ("A<u8>", "c::A<u8>", true),
            ("A<u8>", "c::A<u16>", false),
            ("A<'a, T, N>", "c::A<c::B<u8>, 4>", true),
            (
                "HashMap<T, u8>",
                "std::collections::hash::map::HashMap<u8, u8, std::hash::random::RandomState>",
                true,
            ),
            ("&[T]", "&[c::A]", true),
            ("&[T]", "&mut [c::A]", false),
            ("[A; 4]", "[c::A; 4]", true),
            ("(A, T)", "(c::A, u8)", true),
            ("(A, T)", "(c::A, u8, u8)", false),
            ("T", "anything::at::All", true),
            ("T::Item", "u8", true),
            ("<T as X>::Item", "u8", true),
            ("Box<dyn Fn(u8)>", "alloc::boxed::Box<dyn core::ops::function::Fn(u8)>", true),
            ("A<T>", "c::A<_>", true),
            ("u8", "&u8", false),
        ] {
            let [left, right] = [written, named].map(|text| syn::parse_str::<Type>(text).expect(text));
            assert_eq!(types(&left, &right, &open), expected, "{written} ~ {named}");
        }
    }
}
