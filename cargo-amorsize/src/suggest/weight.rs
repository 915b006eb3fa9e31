//! What the work on one element looks like: nobody has timed it yet, but a loop or a call for each element is where
//! several threads may pay, and an addition is not. It decides an order, nothing else.

use syn::visit::{self, Visit};
use syn::{Expr, ExprCall, ExprMethodCall, Ident, Macro};

/// What is done for each element, the most first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Weight {
    /// Goes over something else for each element.
    Loop,
    /// Calls these functions, whatever they do.
    Calls(Vec<String>),
    /// A few operations that the processor has itself.
    Arithmetic,
}

impl Weight {
    /// What stands first sorts first.
    pub(crate) fn rank(&self) -> (usize, usize) {
        match self {
            Self::Loop => (0, 0),
            Self::Calls(names) => (1, usize::MAX - names.len()),
            Self::Arithmetic => (2, 0),
        }
    }
}

impl std::fmt::Display for Weight {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Loop => f.write_str("a loop for each element"),
            Self::Calls(names) => {
                let first: Vec<String> = names.iter().take(NAMED).map(|name| format!("`{name}`")).collect();
                let more = if names.len() > NAMED { ", …" } else { "" };
                write!(f, "calls {}{more}", first.join(", "))
            }
            Self::Arithmetic => f.write_str("cheap arithmetic"),
        }
    }
}

/// So many calls are named.
const NAMED: usize = 3;

/// What several kernels do, taken together.
pub(crate) fn weight<'a>(kernels: impl IntoIterator<Item = &'a Expr>) -> Weight {
    let mut look = Look::default();
    for kernel in kernels {
        match kernel {
            // `.map(score)` runs it for each element.
            Expr::Path(path) => look.called(path.path.segments.last().map(|last| &last.ident)),
            other => look.visit_expr(other),
        }
    }
    match look {
        Look { loops: true, .. } => Weight::Loop,
        Look { calls, .. } if calls.is_empty() => Weight::Arithmetic,
        Look { calls, .. } => Weight::Calls(calls),
    }
}

#[derive(Default)]
struct Look {
    loops: bool,
    calls: Vec<String>,
}

impl Look {
    fn called(&mut self, name: Option<&Ident>) {
        let Some(name) = name.map(ToString::to_string) else { return };
        // What begins with a capital makes a value: `Some(x)`, `Point(x, y)`.
        let makes = name.starts_with(char::is_uppercase);
        if !makes && !is_cheap(&name) && !self.calls.contains(&name) {
            self.calls.push(name);
        }
    }
}

impl<'ast> Visit<'ast> for Look {
    fn visit_expr(&mut self, expr: &'ast Expr) {
        self.loops |= matches!(expr, Expr::ForLoop(_) | Expr::While(_) | Expr::Loop(_));
        visit::visit_expr(self, expr);
    }

    fn visit_expr_call(&mut self, call: &'ast ExprCall) {
        if let Expr::Path(path) = &*call.func {
            self.called(path.path.segments.last().map(|last| &last.ident));
        }
        visit::visit_expr_call(self, call);
    }

    fn visit_expr_method_call(&mut self, call: &'ast ExprMethodCall) {
        if goes_over(&call.method.to_string()) {
            self.loops = true;
        } else {
            self.called(Some(&call.method));
        }
        visit::visit_expr_method_call(self, call);
    }

    fn visit_macro(&mut self, call: &'ast Macro) {
        let name = call.path.segments.last().map(|last| last.ident.to_string()).unwrap_or_default();
        let costs = ["format", "vec", "write", "writeln", "println", "print"].contains(&name.as_str());
        if costs && !self.calls.contains(&format!("{name}!")) {
            self.calls.push(format!("{name}!"));
        }
    }

    fn visit_item(&mut self, _: &'ast syn::Item) {}
}

/// Methods of std that go over a collection or a text.
fn goes_over(name: &str) -> bool {
    const OVER: &str = "iter iter_mut into_iter chars bytes chunks chunks_mut chunks_exact windows split lines \
        split_whitespace keys values values_mut drain fold sum product sort sort_unstable sort_by sort_by_key \
        copy_from_slice clone_from_slice extend extend_from_slice contains starts_with ends_with concat join repeat";
    OVER.split_whitespace().any(|over| over == name)
}

/// Functions of std that are an instruction or two, or nothing.
fn is_cheap(name: &str) -> bool {
    const CHEAP: &str = "abs abs_diff add add_assign and and_then borrow borrow_mut ceil clamp clone cloned cmp contains_key \
        copied copysign count_ones count_zeros default deref div div_euclid drop eq err expect filter first floor fract \
        from ge get get_mut get_or_insert get_unchecked get_unchecked_mut gt hypot index into is le leading_ones \
        leading_zeros last le len lt map map_err map_or map_or_else max max_value midpoint min min_value mul mul_add \
        mul_assign ne neg new next_power_of_two not offset ok ok_or or or_else partial_cmp pow powi ptr push read recip \
        rem rem_euclid replace reverse_bits round signum size_of sqrt store sub sub_assign swap swap_bytes take \
        to_ascii_lowercase to_ascii_uppercase to_degrees to_owned to_radians total_cmp trailing_ones trailing_zeros \
        transmute trunc try_from try_into unsigned_abs unwrap unwrap_or unwrap_or_default unwrap_or_else \
        unwrap_unchecked with_capacity wrapping write xor zero one cast";
    const BEGINNINGS: [&str; 13] = [
        "is_",
        "as_",
        "wrapping_",
        "checked_",
        "saturating_",
        "overflowing_",
        "rotate_",
        "unchecked_",
        "to_bits",
        "from_bits",
        "to_le",
        "to_be",
        "from_",
    ];
    CHEAP.split_whitespace().any(|cheap| cheap == name)
        || BEGINNINGS.iter().any(|beginning| name.starts_with(beginning))
        || name.ends_with("_bytes")
        || name.ends_with("_unchecked")
        || matches!(
            name,
            "to_i8" | "to_u8" | "to_i32" | "to_u32" | "to_i64" | "to_u64" | "to_usize" | "to_f32" | "to_f64"
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_and_loops_weigh_more_than_arithmetic() {
        for (kernel, expected) in [
            ("|x| x.wrapping_mul(3) + f64::from(*x).sqrt() as u32", "cheap arithmetic"),
            ("|x| Some(Point { x: *x, y: 0 })", "cheap arithmetic"),
            ("|x| assert!(g(x))", "cheap arithmetic"),
            ("|x| score(x) + x.weight() + score(x)", "calls `score`, `weight`"),
            ("|x| format!(\"{x}\")", "calls `format!`"),
            ("score::<f64>", "calls `score`"),
            ("f64::from", "cheap arithmetic"),
            ("|x| a(b(c(d(x))))", "calls `a`, `b`, `c`, …"),
            ("|x| x.words.iter().count()", "a loop for each element"),
            ("{ for y in ys { *x += y; } }", "a loop for each element"),
        ] {
            let kernel: Expr = syn::parse_str(kernel).unwrap();
            assert_eq!(weight([&kernel]).to_string(), expected, "{}", quote::quote! { #kernel });
        }
        let ranks =
            [Weight::Loop, Weight::Calls(vec!["a".into(), "b".into()]), Weight::Calls(vec!["a".into()])];
        assert!(ranks.is_sorted_by_key(Weight::rank));
    }
}
