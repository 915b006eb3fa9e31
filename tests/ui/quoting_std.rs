//! Messages of rustc's that quote std: compared only where the sources of std are installed (the component `rust-src`).
use amorsize::parallelize;

fn numberer() -> impl FnMut(&u32) -> u32 + Copy {
    let mut n = 0;
    move |x| {
        n += 1;
        x + n
    }
}

#[parallelize]
fn made(xs: &[u32]) -> Vec<u32> {
    xs.iter().map(numberer()).collect()
}

#[parallelize]
fn number(xs: &[i32]) -> Result<i32, i32> {
    xs.iter().try_for_each(|x| if *x > 3 { Err(*x) } else { Ok(*x) })
}

mod own {
    pub struct Vec<T>(pub std::vec::Vec<T>);

    impl<T> FromIterator<T> for Vec<T> {
        fn from_iter<I: IntoIterator<Item = T>>(items: I) -> Self {
            Self(items.into_iter().collect())
        }
    }
}

mod imported {
    use super::own::Vec;
    use super::parallelize;

    #[parallelize]
    fn by_its_name(xs: &[u32]) -> Vec<u32> {
        xs.iter().map(|x| x ^ 1).collect()
    }
}

fn main() {}
