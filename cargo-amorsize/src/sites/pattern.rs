//! Which keys can be a site's: all of a key is known without running anything, but the types that only the compiler can
//! name.
//!
//! It decides how well a key fits. Run-time keys come from the type names of rustc (`amorsize_runtime::store::key`), which writes
//! what a function belongs to in four ways: `m::f`, `m::A<u8>::f` for an `impl` beside its type, `<m::A as m::Blur>::f` for one beside its
//! type or trait, and `m::<impl Blur for A>::f` for one elsewhere.

use amorsize_syntax::{Descriptor, type_text};
use syn::visit::{self, Visit};
use syn::visit_mut::{self, VisitMut};
use syn::{ItemImpl, Path, Type, TypePath};

use super::key::{arguments, segments, split};
use super::place::{Container, Owner};
use super::unify;

/// How well a key fits a site.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Fit {
    No,
    /// Name, signature and crate agree; what the function belongs to cannot be told, or is written under another name.
    Loose,
    /// All that is written in the source agrees.
    Exact,
}

/// The keys of a site.
#[derive(Clone, Debug)]
pub(crate) struct Pattern {
    /// The module, from the crate on.
    module: String,
    function: String,
    generics: usize,
    part: String,
    signature: String,
    /// What `key = "…"` or `site!` gives.
    name: String,
    container: Container,
}

impl Pattern {
    pub(crate) fn new(site: &Descriptor, container: Container) -> Self {
        Self {
            module: site.module.replace("r#", ""),
            function: site.function.clone(),
            generics: site.generics,
            part: site.part.clone(),
            signature: site.signature.clone(),
            name: site.key.clone(),
            container,
        }
    }

    /// The name of the crate.
    pub(crate) fn home(&self) -> &str {
        self.module.split("::").next().unwrap_or_default()
    }

    /// What `tune --only` takes: the function, or the name of a place.
    pub(crate) fn function(&self) -> &str {
        if self.name.is_empty() { &self.function } else { &self.name }
    }

    /// Whether the pattern is the key itself.
    pub(crate) fn is_known(&self) -> bool {
        !matches!(self.container.owner, Owner::Unknown)
    }

    /// The key as far as it is known, `_` for what is not: `imgproc::digest_all<_>(&[Vec<u8>]) -> Vec<Digest>`.
    pub(crate) fn text(&self) -> String {
        if self.function.is_empty() {
            return format!("{}::{}", self.module, self.name);
        }
        let open = vec!["_"; self.generics].join(", ");
        let open = if open.is_empty() { open } else { format!("<{open}>") };
        if !self.name.is_empty() {
            return format!("{}::{}{open}{}", self.home(), self.name, self.part);
        }
        let mut path = self.owner_text();
        for segment in self.container.within.iter().chain([&self.function]) {
            path = format!("{path}::{segment}");
        }
        format!("{path}{open}{}{}", self.part, self.signature)
    }

    /// The module and the functions around.
    fn home_path(&self) -> String {
        let outer = self.container.outer.iter().map(|name| format!("::{name}"));
        outer.fold(self.module.clone(), |path, name| path + &name)
    }

    fn owner_text(&self) -> String {
        let home = self.home_path();
        match &self.container.owner {
            Owner::Nothing => home,
            Owner::Inherent { of, generics } => format!("{home}::{}", closed(of, generics)),
            Owner::Trait { name, of, generics } => {
                let name = Type::Path(TypePath { attrs: vec![], qself: None, path: name.clone() });
                format!("{home}::<impl {} for {}>", closed(&name, generics), closed(of, generics))
            }
            Owner::Default { name } => format!("<_ as {home}::{name}>"),
            Owner::Unknown => format!("{home}::…"),
        }
    }

    /// How well a key of the file fits.
    pub(crate) fn fit(&self, key: &str) -> Fit {
        if self.function.is_empty() {
            return exactly(
                key.strip_prefix(&self.module).and_then(|rest| rest.strip_prefix("::")) == Some(&self.name),
            );
        }
        if !self.name.is_empty() {
            return self.fit_of_name(key);
        }
        let path = key.strip_suffix(&self.signature).and_then(|path| path.strip_suffix(&self.part));
        let Some(path) = path else { return Fit::No };
        let segments = segments(path);
        let depth = self.container.within.len() + 1;
        let Some(at) = segments.len().checked_sub(depth) else { return Fit::No };
        let (owner, names) = segments.split_at(at);
        let (name, given) = arguments(names[depth - 1]);
        if name != self.function {
            return Fit::No;
        }
        let within = self.container.within.iter().map(String::as_str).eq(names[..depth - 1].iter().copied());
        if within && given.len() == self.generics && self.owns(owner) {
            Fit::Exact
        } else if mentions(path, self.home()) {
            Fit::Loose
        } else {
            Fit::No
        }
    }

    /// `crate::name<types>.part`; the types are those of the function and of what it belongs to, together.
    fn fit_of_name(&self, key: &str) -> Fit {
        let Some(path) = key.strip_suffix(&self.part) else { return Fit::No };
        let Some((home, rest)) = path.split_once("::") else { return Fit::No };
        let Some(types) = rest.strip_prefix(&self.name) else { return Fit::No };
        let is_generic = self.generics > 0 || !matches!(self.container.owner, Owner::Nothing);
        let fits = types.is_empty() || (is_generic && types.starts_with('<') && types.ends_with('>'));
        match (fits, home == self.home()) {
            (true, true) => Fit::Exact,
            // A trait's method for a type of another crate may be filed under that crate.
            (true, false) => Fit::Loose,
            (false, _) => Fit::No,
        }
    }

    /// Whether segments in front of a function's name are what this one belongs to.
    fn owns(&self, owner: &[&str]) -> bool {
        let home = self.home_path();
        let home: Vec<&str> = split(&home, "::");
        match &self.container.owner {
            Owner::Nothing => owner == home,
            Owner::Inherent { of, generics } => {
                let Some((last, before)) = owner.split_last() else { return false };
                let Some(ty) = inherent(last) else { return false };
                before == home && unify::types(of, &ty, generics)
            }
            Owner::Trait { name, of, generics } => {
                let Some((last, before)) = owner.split_last() else { return false };
                let Some((ty, of_trait)) = implemented(last) else { return false };
                let placed = if before.is_empty() { beside(&ty, &of_trait, &home) } else { before == home };
                placed && unify::types(of, &ty, generics) && unify::paths(name, &of_trait, generics)
            }
            Owner::Default { name } => {
                let [only] = owner else { return false };
                let Some((_, of_trait)) = implemented(only) else { return false };
                let path = of_trait.segments.iter().map(|segment| segment.ident.to_string());
                path.eq(home.iter().map(ToString::to_string).chain([name.clone()]))
            }
            Owner::Unknown => {
                owner.starts_with(&home)
                    || (owner.len() == 1 && owner[0].contains(&format!("{}::", self.module)))
            }
        }
    }

    /// The key that an entry of the same body gets, if the old key has the types that are not in the source.
    pub(crate) fn renamed(&self, old: &str) -> Option<String> {
        let path = split(old, "(").first().copied()?;
        let segments = segments(path);
        let (last, before) = segments.split_last()?;
        let last = split(last, ".").first().copied()?;
        let types = last.find('<').map_or("", |at| &last[at..]);
        if self.function.is_empty() || !self.name.is_empty() {
            let is_closed = self.generics == 0 && matches!(self.container.owner, Owner::Nothing);
            return is_closed.then(|| self.text());
        }
        let home = self.home_path();
        let owner = before.len().checked_sub(self.container.within.len()).map(|at| &before[..at])?;
        let owners: Vec<String> = match (&self.container.owner, owner.last()) {
            (Owner::Nothing, _) => vec![home],
            (Owner::Inherent { .. }, Some(last)) => vec![format!("{home}::{last}")],
            (Owner::Trait { .. }, Some(last)) => {
                let moved = implemented(last).and_then(|(ty, _)| Some(last.replace(&parent(&ty)?, &home)));
                let beside = [Some((*last).to_owned()), moved].into_iter().flatten();
                beside.chain([format!("{home}::{last}")]).collect()
            }
            (Owner::Default { name }, Some(last)) => {
                let (ty, _) = implemented(last)?;
                vec![format!("<{} as {home}::{name}>", type_text(&ty))]
            }
            _ => return None,
        };
        let within: String = self.container.within.iter().flat_map(|name| ["::", name]).collect();
        let rest = format!("{within}::{}{types}{}{}", self.function, self.part, self.signature);
        owners.into_iter().map(|owner| owner + &rest).find(|key| self.fit(key) == Fit::Exact)
    }
}

fn exactly(fits: bool) -> Fit {
    if fits { Fit::Exact } else { Fit::No }
}

/// Whether a crate's name begins a path in a text.
fn mentions(path: &str, home: &str) -> bool {
    path.match_indices(home).any(|(at, _)| {
        path[at + home.len()..].starts_with("::")
            && !path[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == ':')
    })
}

/// The type of an inherent `impl`: `A<u8>`, `<impl m::A<u8>>` or `<[u8]>`.
fn inherent(segment: &str) -> Option<Type> {
    let text = match segment.strip_prefix('<') {
        Some(rest) => {
            let inner = rest.strip_suffix('>')?;
            inner.strip_prefix("impl ").unwrap_or(inner)
        }
        None => segment,
    };
    syn::parse_str(text).ok()
}

/// The type and the trait of `<m::A as m::Blur>` or `<impl m::Blur for m::A>`.
fn implemented(segment: &str) -> Option<(Type, Path)> {
    let inner = segment.strip_prefix('<')?.strip_suffix('>')?;
    if inner.starts_with("impl ") {
        let item: ItemImpl = syn::parse_str(&format!("{inner} {{}}")).ok()?;
        return Some((*item.self_ty, item.trait_?.0));
    }
    let mut path: TypePath = syn::parse_str(&format!("{segment}::f")).ok()?;
    let qself = path.qself.take()?;
    path.path.segments.pop();
    Some((*qself.ty, path.path))
}

/// Whether the type or the trait stands in the module `home`: elsewhere the compiler writes `<impl … for …>`.
fn beside(ty: &Type, of_trait: &Path, home: &[&str]) -> bool {
    struct Parents<'h> {
        home: &'h [&'h str],
        found: bool,
    }
    impl<'ast> Visit<'ast> for Parents<'_> {
        fn visit_path(&mut self, path: &'ast Path) {
            let parent = path.segments.iter().take(path.segments.len() - 1);
            self.found |= parent.map(|segment| segment.ident.to_string()).eq(self.home.iter().copied());
            visit::visit_path(self, path);
        }
    }
    let mut parents = Parents { home, found: false };
    parents.visit_type(ty);
    parents.visit_path(of_trait);
    parents.found
}

/// The module of a type that is a path.
fn parent(ty: &Type) -> Option<String> {
    let Type::Path(path) = ty else { return None };
    let names: Vec<String> = path.path.segments.iter().map(|segment| segment.ident.to_string()).collect();
    names.split_last().map(|(_, parent)| parent.join("::")).filter(|parent| !parent.is_empty())
}

/// A type as text, `_` for what its `impl` leaves open.
fn closed(ty: &Type, open: &[String]) -> String {
    struct Close<'o>(&'o [String]);
    impl VisitMut for Close<'_> {
        fn visit_type_mut(&mut self, ty: &mut Type) {
            let is_open = |path: &TypePath| {
                path.path.segments.first().is_some_and(|first| self.0.iter().any(|name| first.ident == name))
            };
            if matches!(ty, Type::Path(path) if is_open(path)) {
                *ty = syn::parse_quote!(_);
            }
            visit_mut::visit_type_mut(self, ty);
        }
    }
    let mut ty = ty.clone();
    Close(open).visit_type_mut(&mut ty);
    type_text(&ty)
}
