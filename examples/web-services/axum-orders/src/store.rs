//! Orders and jobs in a database: embedded SQLite, or PostgreSQL. What has returned `Ok` is on disk.
//!
//! The schema is made at the first use that reaches the database, so the service starts without it and tells so.

use std::path::Path;
use std::str::FromStr;
use std::time::Duration;

use futures_util::{Stream, TryStreamExt};
use serde::Serialize;
use sqlx::any::{AnyConnectOptions, AnyPoolOptions, AnyRow};
use sqlx::postgres::PgConnectOptions;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{AnyConnection, AnyPool, Connection as _, Row as _};
use tokio::sync::{Mutex, MutexGuard, OnceCell};
use tokio::task::coop::consume_budget;

use crate::kept::Row;

/// Where orders and jobs are kept.
pub struct Store {
    pool: AnyPool,
    options: AnyConnectOptions,
    timeout: Duration,
    dialect: Dialect,
    schema: OnceCell<()>,
    /// SQLite has one writer at a time, and its own waiting is not first come first served.
    writing: Mutex<()>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Dialect {
    Sqlite,
    Postgres,
}

/// A job that scores all orders again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Job {
    /// Its number.
    pub id: i64,
    /// `active`, `done`, `cancelled`, or `failed` where an order cannot be read.
    pub state: String,
    /// Orders that have been scored.
    pub done: i64,
    /// Orders there were when it started.
    pub total: i64,
    /// The last order that has been scored; it goes on behind it after a restart.
    #[serde(skip)]
    pub cursor: i64,
    /// The last order there was when it started.
    #[serde(skip)]
    pub last: i64,
}

/// What goes wrong with a database.
#[derive(Debug)]
pub enum StoreError {
    /// It cannot be reached, or somebody else keeps it; another try may succeed.
    Down(sqlx::Error),
    /// It answers, but not as it should.
    Broken(String),
    /// The orders that are asked for take more than so many bytes.
    TooMuch(usize),
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        use sqlx::Error::{Io, PoolClosed, PoolTimedOut, WorkerCrashed};
        // PostgreSQL is being shut down or starts up (57P), or has no room for another connection (53).
        let code = error.as_database_error().and_then(sqlx::error::DatabaseError::code);
        let going =
            is_locked(&error) || code.is_some_and(|code| code.starts_with("57P") || code.starts_with("53"));
        match error {
            Io(_) | PoolClosed | PoolTimedOut | WorkerCrashed => Self::Down(error),
            error if going => Self::Down(error),
            error => Self::Broken(error.to_string()),
        }
    }
}

impl std::fmt::Display for StoreError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Down(error) => write!(f, "the database cannot be used now: {error}"),
            Self::Broken(reason) => write!(f, "the database answers wrongly: {reason}"),
            Self::TooMuch(bytes) => write!(f, "these orders take more than {bytes} bytes"),
        }
    }
}

impl std::error::Error for StoreError {}

type Stored<T> = Result<T, StoreError>;

impl Store {
    /// A store at `url`; nothing is connected yet.
    ///
    /// # Errors
    /// If `url` is none of SQLite or PostgreSQL, or names no file.
    pub fn new(url: &str, timeout: Duration) -> Result<Self, String> {
        sqlx::any::install_default_drivers();
        let wrong = |why: String| {
            format!(
                "DATABASE_URL: {why}: write `sqlite://orders.db?mode=rwc` or `postgres://user:password@host/database`"
            )
        };
        // It is reached at the first use, so what can be said of its address is said here.
        let dialect = match url.split(':').next() {
            Some("sqlite") => sqlite(url).map(|()| Dialect::Sqlite),
            Some("postgres" | "postgresql") => match url.parse::<PgConnectOptions>() {
                Ok(_) => Ok(Dialect::Postgres),
                Err(error) => Err(error.to_string()),
            },
            _ => Err("unknown kind of database".to_owned()),
        };
        let dialect = dialect.map_err(wrong)?;
        let options = AnyConnectOptions::from_str(url).map_err(|error| wrong(error.to_string()))?;
        let pool = AnyPoolOptions::new()
            .max_connections(8)
            .acquire_timeout(timeout)
            .after_connect(move |connection, _| {
                Box::pin(async move {
                    if dialect == Dialect::Sqlite {
                        // Readers do not wait for the writer; what was committed survives a power cut.
                        sqlx::raw_sql("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;")
                            .execute(connection)
                            .await?;
                    }
                    Ok(())
                })
            })
            .connect_lazy_with(options.clone());
        Ok(Self { pool, options, timeout, dialect, schema: OnceCell::new(), writing: Mutex::new(()) })
    }

    /// Whether orders can be kept now, over a connection of its own: the pool would try again and again, and then say no more than
    /// that it took too long.
    ///
    /// # Errors
    /// If not, with the reason.
    pub async fn ping(&self) -> Stored<()> {
        let mut connection = AnyConnection::connect_with(&self.options).await?;
        if self.schema.initialized() {
            if self.dialect == Dialect::Sqlite {
                sqlx::raw_sql("PRAGMA busy_timeout = 0").execute(&mut connection).await?;
            }
            // It changes nothing, and fails where nothing can be changed or the tables are gone.
            let tried =
                sqlx::query("UPDATE jobs SET state = state WHERE id < 0").execute(&mut connection).await;
            // Where somebody else writes one can write.
            if let Err(error) = tried
                && !is_locked(&error)
            {
                return Err(error.into());
            }
        } else {
            self.ready().await?;
        }
        Ok(connection.close().await?)
    }

    /// Keeps all of the orders or none, given in JSON, and says under which numbers.
    ///
    /// # Errors
    /// If the database fails; then none is kept.
    pub async fn keep(&self, orders: Vec<String>) -> Stored<Vec<i64>> {
        let pool = self.ready().await?;
        let _turn = self.turn().await;
        let mut transaction = pool.begin().await?;
        let mut ids = Vec::with_capacity(orders.len());
        for body in orders {
            let row = sqlx::query("INSERT INTO orders (body) VALUES ($1) RETURNING id")
                .bind(body)
                .fetch_one(&mut *transaction)
                .await?;
            ids.push(row.try_get(0)?);
        }
        transaction.commit().await?;
        Ok(ids)
    }

    /// Those of the orders that exist, by number.
    ///
    /// # Errors
    /// If the database fails, or if they take more than `most_bytes`.
    pub async fn orders(&self, ids: &[i64], most_bytes: usize) -> Stored<Vec<Row>> {
        let sql = match self.dialect {
            Dialect::Sqlite => {
                "SELECT id, body, risk FROM orders WHERE id IN (SELECT value FROM json_each($1)) ORDER BY id"
            }
            Dialect::Postgres => {
                "SELECT id, body, risk FROM orders WHERE id IN \
                 (SELECT value::bigint FROM json_array_elements_text($1::json)) ORDER BY id"
            }
        };
        let list = serde_json::to_string(ids).map_err(|error| StoreError::Broken(error.to_string()))?;
        let found = sqlx::query(sql).bind(list).fetch(self.ready().await?);
        let (rows, bytes) = rows(found, most_bytes).await?;
        if bytes > most_bytes { Err(StoreError::TooMuch(most_bytes)) } else { Ok(rows) }
    }

    /// The next orders of a job, by number: `most` of them, or as many as it takes to go beyond `most_bytes`.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn page(&self, job: &Job, most: i64, most_bytes: usize) -> Stored<Vec<Row>> {
        let sql = "SELECT id, body, risk FROM orders WHERE id > $1 AND id <= $2 ORDER BY id LIMIT $3";
        let query = sqlx::query(sql).bind(job.cursor).bind(job.last).bind(most);
        Ok(rows(query.fetch(self.ready().await?), most_bytes).await?.0)
    }

    /// Starts a job over all orders that there are.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn start_job(&self) -> Stored<Job> {
        let pool = self.ready().await?;
        let _turn = self.turn().await;
        let mut transaction = pool.begin().await?;
        if self.dialect == Dialect::Postgres {
            // Writers take their numbers before they commit: an order with a lower number than the last one here could still
            // come, and the job would do more than it has counted. So it waits for those that are under way.
            sqlx::query("LOCK TABLE orders IN SHARE MODE").execute(&mut *transaction).await?;
        }
        let sql = "INSERT INTO jobs (state, done, total, cursor_id, last_id) \
                   SELECT 'active', 0, count(*), 0, coalesce(max(id), 0) FROM orders \
                   RETURNING id, state, done, total, cursor_id, last_id";
        let started = job(&sqlx::query(sql).fetch_one(&mut *transaction).await?)?;
        transaction.commit().await?;
        Ok(started)
    }

    /// The job of that number, if there is one.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn job(&self, id: i64) -> Stored<Option<Job>> {
        let sql = "SELECT id, state, done, total, cursor_id, last_id FROM jobs WHERE id = $1";
        sqlx::query(sql).bind(id).fetch_optional(self.ready().await?).await?.as_ref().map(job).transpose()
    }

    /// The oldest job that has not ended.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn next_job(&self) -> Stored<Option<Job>> {
        let sql = "SELECT id, state, done, total, cursor_id, last_id FROM jobs WHERE state = 'active' ORDER BY id LIMIT 1";
        sqlx::query(sql).fetch_optional(self.ready().await?).await?.as_ref().map(job).transpose()
    }

    /// Ends a job that is active as `done`, `cancelled` or `failed`; a job that has ended stays as it is.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn end_job(&self, id: i64, state: &'static str) -> Stored<()> {
        let pool = self.ready().await?;
        let _turn = self.turn().await;
        sqlx::query("UPDATE jobs SET state = $1 WHERE id = $2 AND state = 'active'")
            .bind(state)
            .bind(id)
            .execute(pool)
            .await?;
        Ok(())
    }

    /// Keeps the risks of a page and how far the job has come, together. False, and nothing is kept, if the job was cancelled
    /// meanwhile or another process has kept this page.
    ///
    /// # Errors
    /// If the database fails; then nothing is kept.
    pub async fn advance(&self, job: &Job, risks: &[(i64, f64)]) -> Stored<bool> {
        let Some((cursor, _)) = risks.last() else { return Ok(true) };
        let pool = self.ready().await?;
        let _turn = self.turn().await;
        let mut transaction = pool.begin().await?;
        let sql = "UPDATE jobs SET done = done + $1, cursor_id = $2 \
                   WHERE id = $3 AND state = 'active' AND cursor_id = $4";
        let moved = sqlx::query(sql)
            .bind(i64::try_from(risks.len()).unwrap_or(i64::MAX))
            .bind(*cursor)
            .bind(job.id)
            .bind(job.cursor)
            .execute(&mut *transaction)
            .await?;
        if moved.rows_affected() == 0 {
            transaction.rollback().await?;
            return Ok(false);
        }
        for (id, risk) in risks {
            let update = sqlx::query("UPDATE orders SET risk = $1 WHERE id = $2").bind(*risk).bind(*id);
            update.execute(&mut *transaction).await?;
        }
        transaction.commit().await?;
        Ok(true)
    }

    /// Lets what is under way finish and closes the connections.
    pub async fn close(&self) {
        self.pool.close().await;
    }

    async fn turn(&self) -> Option<MutexGuard<'_, ()>> {
        if self.dialect == Dialect::Sqlite { Some(self.writing.lock().await) } else { None }
    }

    /// The connections, once the tables exist.
    async fn ready(&self) -> Stored<&AnyPool> {
        let id = match self.dialect {
            Dialect::Sqlite => "INTEGER PRIMARY KEY AUTOINCREMENT",
            Dialect::Postgres => "BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY",
        };
        let tables = format!(
            "CREATE TABLE IF NOT EXISTS orders (id {id}, body TEXT NOT NULL, risk DOUBLE PRECISION); \
             CREATE TABLE IF NOT EXISTS jobs (id {id}, state TEXT NOT NULL, done BIGINT NOT NULL, total BIGINT NOT NULL, \
             cursor_id BIGINT NOT NULL, last_id BIGINT NOT NULL);"
        );
        let create =
            || async { sqlx::raw_sql(sqlx::AssertSqlSafe(tables)).execute(&self.pool).await.map(|_| ()) };
        // One tries at a time; whoever waits for that waits no longer than for a connection.
        let made = tokio::time::timeout(self.timeout, self.schema.get_or_try_init(create)).await;
        made.map_err(|_| sqlx::Error::PoolTimedOut)??;
        Ok(&self.pool)
    }
}

/// Whether another connection writes into the file of SQLite just now.
fn is_locked(error: &sqlx::Error) -> bool {
    let code = error.as_database_error().and_then(sqlx::error::DatabaseError::code);
    code.is_some_and(|code| matches!(&*code, "5" | "517"))
}

/// What is wrong with a URL of SQLite, as far as can be said without opening its file.
fn sqlite(url: &str) -> Result<(), String> {
    let (path, parameters) = url.split_once('?').unwrap_or((url, ""));
    let has = |wanted: &str| parameters.split('&').any(|one| one == wanted);
    let path = path.trim_start_matches("sqlite:").trim_start_matches("//");
    if path.is_empty() || path.contains(":memory:") || has("mode=memory") {
        // Each connection would have a database of its own, and orders would come and go.
        return Err("it names no file, so nothing would last".to_owned());
    }
    let options: SqliteConnectOptions = url.parse().map_err(|error: sqlx::Error| error.to_string())?;
    let file = options.get_filename();
    if file.exists()
        || has("mode=rwc") && file.parent().is_none_or(|folder| folder == Path::new("") || folder.is_dir())
    {
        return Ok(());
    }
    let why =
        if has("mode=rwc") { "has no folder to be in" } else { "is not there, and nothing says to make it" };
    Err(format!("`{}` {why}", file.display()))
}

/// Rows up to the one that goes beyond `most_bytes`, and what they take.
async fn rows(
    mut found: impl Stream<Item = Result<AnyRow, sqlx::Error>> + Unpin,
    most_bytes: usize,
) -> Stored<(Vec<Row>, usize)> {
    let (mut rows, mut bytes) = (Vec::new(), 0);
    while bytes <= most_bytes
        && let Some(row) = found.try_next().await?
    {
        let row = Row { id: row.try_get(0)?, body: row.try_get(1)?, risk: row.try_get(2)? };
        bytes += row.body.len();
        rows.push(row);
        // They may come faster than they are taken: others have their turn every now and then.
        consume_budget().await;
    }
    Ok((rows, bytes))
}

fn job(row: &AnyRow) -> Stored<Job> {
    Ok(Job {
        id: row.try_get(0)?,
        state: row.try_get(1)?,
        done: row.try_get(2)?,
        total: row.try_get(3)?,
        cursor: row.try_get(4)?,
        last: row.try_get(5)?,
    })
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{Store, StoreError};
    use crate::order::sample;

    #[tokio::test]
    async fn a_job_keeps_its_pages_until_it_is_cancelled() {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}?mode=rwc", folder.path().join("orders.db").display());
        let store = Store::new(&url, Duration::from_mins(2)).unwrap();
        let orders: Vec<_> = (0..5).map(|number| serde_json::to_string(&sample(number)).unwrap()).collect();
        let ids = store.keep(orders.clone()).await.unwrap();
        let job = store.start_job().await.unwrap();
        assert_eq!((job.done, job.total, job.last), (0, 5, ids[4]));
        // Orders that come later are not the job's.
        store.keep(orders).await.unwrap();

        let page = store.page(&job, 2, usize::MAX).await.unwrap();
        assert_eq!(page.iter().map(|kept| kept.id).collect::<Vec<_>>(), ids[..2]);
        assert!(store.advance(&job, &[(ids[0], 0.25), (ids[1], 0.5)]).await.unwrap());
        // So it is when another process works on the same job.
        assert!(!store.advance(&job, &[(ids[0], 0.75)]).await.unwrap());
        let job = store.job(job.id).await.unwrap().unwrap();
        assert_eq!(
            (job.done, job.cursor, store.page(&job, 9, usize::MAX).await.unwrap().len()),
            (2, ids[1], 3)
        );

        // Both are bounded in bytes, too.
        assert_eq!(store.page(&job, 9, 1).await.unwrap().len(), 1);
        assert!(matches!(store.orders(&ids, 1_000).await, Err(StoreError::TooMuch(1_000))));

        store.end_job(job.id, "cancelled").await.unwrap();
        assert!(!store.advance(&job, &[(ids[2], 0.75)]).await.unwrap());
        store.end_job(job.id, "done").await.unwrap();
        assert_eq!(store.job(job.id).await.unwrap().unwrap().state, "cancelled");
        assert_eq!(store.next_job().await.unwrap(), None);
        let risks: Vec<_> =
            store.orders(&ids, usize::MAX).await.unwrap().iter().map(|kept| kept.risk).collect();
        assert_eq!(risks, [Some(0.25), Some(0.5), None, None, None]);
    }

    #[test]
    fn other_databases_are_refused_with_what_to_write() {
        for (url, why) in [
            ("mysql://localhost/orders", "unknown kind of database"),
            ("sqlite:", "names no file"),
            ("sqlite://", "names no file"),
            ("sqlite::memory:", "names no file"),
            ("sqlite://o.db?mode=memory", "names no file"),
            ("sqlite://o.db?mode=zzz", "unknown value"),
            ("sqlite://o.db?mode=rwc&foo=bar", "foo"),
            ("sqlite://missing.db", "`missing.db` is not there"),
            ("sqlite:///no/such/folder/o.db?mode=rwc", "`/no/such/folder/o.db` has no folder"),
            ("postgres://host:none/orders", "port"),
        ] {
            let refused = Store::new(url, Duration::from_mins(1)).err().unwrap();
            assert!(refused.contains("sqlite://orders.db?mode=rwc") && refused.contains(why), "{refused}");
        }
    }
}
