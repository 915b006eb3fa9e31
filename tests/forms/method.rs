//! Methods: `&self`, `Self`, trait methods, default methods.

use amorsize::parallelize;

use crate::{LENGTHS, numbers};

struct Table {
    salt: u32,
    rows: Vec<u32>,
}

impl Table {
    const STEP: u32 = 3;

    fn mix(&self, x: u32) -> u32 {
        self.rows[x as usize % self.rows.len()] ^ self.salt
    }

    #[parallelize]
    fn looked_up(&self, xs: &[u32]) -> Vec<u32> {
        xs.iter().map(|x| self.mix(*x) + Self::STEP).collect()
    }

    #[parallelize]
    fn apply(&self, xs: &mut [u32]) {
        for x in xs {
            *x = self.mix(*x);
        }
    }

    #[parallelize]
    fn consumed(self, xs: &[u32]) -> Vec<u32> {
        xs.iter().map(|x| self.mix(*x)).collect()
    }

    #[parallelize]
    fn learn(&mut self, xs: &[u32]) -> usize {
        let mixed: Vec<u32> = xs.iter().map(|x| x ^ self.salt).collect();
        self.rows.extend(mixed);
        self.rows.len()
    }

    #[parallelize]
    fn made(xs: &[u32]) -> Self {
        let rows: Vec<u32> = xs.iter().map(|x| x / Self::STEP).collect();
        Self { salt: 1, rows }
    }

    #[parallelize]
    fn all_of(xs: &[u32]) -> Vec<Self> {
        xs.iter().map(|x| Self { salt: *x, rows: Vec::new() }).collect()
    }
}

trait Mixer {
    fn step(&self) -> u32;

    fn mixed(&self, xs: &[u32]) -> Vec<u32>;

    #[parallelize]
    fn by_default(&self, xs: &[u32]) -> u32
    where
        Self: Sync,
    {
        xs.iter().map(|x| x ^ self.step()).fold(0, |a, b| a ^ b)
    }
}

impl Mixer for Table {
    fn step(&self) -> u32 {
        self.salt
    }

    #[parallelize]
    fn mixed(&self, xs: &[u32]) -> Vec<u32> {
        xs.iter().map(|x| x.wrapping_add(self.step())).collect()
    }
}

impl Mixer for u32 {
    fn step(&self) -> u32 {
        *self
    }

    #[parallelize]
    fn mixed(&self, xs: &[u32]) -> Vec<u32> {
        xs.iter().map(|x| x.wrapping_sub(self.step())).collect()
    }
}

#[test]
fn same_as_plain() {
    for len in LENGTHS {
        let xs = numbers(len);
        let mut table = Table { salt: 5, rows: numbers(7) };
        let looked_up: Vec<u32> = xs.iter().map(|x| table.mix(*x) + 3).collect();
        assert_eq!(table.looked_up(&xs), looked_up);
        let mut applied = xs.clone();
        table.apply(&mut applied);
        assert_eq!(applied, xs.iter().map(|x| table.mix(*x)).collect::<Vec<_>>());
        assert_eq!(table.mixed(&xs), xs.iter().map(|x| x.wrapping_add(5)).collect::<Vec<_>>());
        assert_eq!(9.mixed(&xs), xs.iter().map(|x| x.wrapping_sub(9)).collect::<Vec<_>>());
        assert_eq!(9.by_default(&xs), xs.iter().fold(0, |a, b| a ^ b ^ 9));
        assert_eq!(table.learn(&xs), 7 + len);
        assert!(Table::all_of(&xs).iter().zip(&xs).all(|(made, x)| made.salt == *x && made.rows.is_empty()));
        let made = Table::made(&xs);
        assert_eq!(made.rows, xs.iter().map(|x| x / 3).collect::<Vec<_>>());
        if len > 0 {
            let mixed: Vec<u32> = xs.iter().map(|x| made.mix(*x)).collect();
            assert_eq!(made.consumed(&xs), mixed);
        }
    }
}
