//! The service as a client sees it, each test with a process of its own.

use std::io::Write;
use std::path::Path;

use actix_images::thumbnail::sample_png;
use harness::{
    Answer, Running, gives_up_a_slow_client, help, refuses, refuses_a_second, refuses_a_taken_port,
    refuses_more_than_it_may_hold, request, rest,
};
use tempfile::TempDir;

const PROGRAM: &str = env!("CARGO_BIN_EXE_actix-images");
const FORM: &str = "multipart/form-data; boundary=edge";

struct Service {
    running: Running,
    store: TempDir,
}

impl Service {
    fn start(options: &[&str]) -> Self {
        let store = TempDir::new().expect("a folder");
        let folder = store.path().to_str().expect("a readable path");
        let running = Running::start(PROGRAM, &[&["--store", folder], options].concat());
        Self { running, store }
    }

    fn post(&self, query: &str, files: &[(&str, &[u8])]) -> Answer {
        self.running.post(&format!("/images{query}"), FORM, &form(files))
    }

    fn refusal(&self, query: &str, files: &[(&str, &[u8])]) -> (u16, String) {
        let refusal = self.post(query, files).refusal();
        assert_eq!(stored(self.store.path()), 0, "what is refused leaves nothing behind");
        refusal
    }
}

fn form(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut body = Vec::new();
    for (name, bytes) in files {
        write!(body, "--edge\r\ncontent-disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\r\n")
            .expect("memory");
        body.extend_from_slice(bytes);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(b"--edge--\r\n");
    body
}

fn stored(folder: &Path) -> usize {
    std::fs::read_dir(folder).expect("a folder").count()
}

fn refused(status: u16, code: &str) -> (u16, String) {
    (status, code.to_owned())
}

#[test]
fn files_come_back_resized_in_their_order_and_stay() {
    let service = Service::start(&[]);
    let (wide, tall) = (sample_png(64, 32), sample_png(30, 60));
    let answer = service.post(
        "?edge=16&filters=blur:2,sharpen:50,tone:1.2,grayscale",
        &[("wide.png", &wide), ("tall.png", &tall)],
    );
    assert_eq!(answer.status, 201, "{answer:?}");
    let images = answer.json()["images"].as_array().expect("a list").clone();
    let sizes: Vec<_> = images
        .iter()
        .map(|image| (image["name"].as_str(), image["width"].as_u64(), image["height"].as_u64()))
        .collect();
    assert_eq!(sizes, [(Some("wide.png"), Some(16), Some(8)), (Some("tall.png"), Some(8), Some(16))]);

    let id = images[0]["id"].as_str().expect("an id");
    let image = service.running.get(&format!("/images/{id}"));
    assert_eq!((image.status, image.content_type.as_str()), (200, "image/png"));
    let decoded = image::load_from_memory(&image.body).expect("an image").into_rgba8();
    assert_eq!(decoded.dimensions(), (16, 8));
    assert!(
        decoded.pixels().all(|pixel| pixel.0[0] == pixel.0[1] && pixel.0[1] == pixel.0[2]),
        "grayscale was the last filter"
    );

    // The same picture is stored once, and a JPEG stays one.
    assert_eq!(
        service.post("?edge=16&filters=blur:2,sharpen:50,tone:1.2,grayscale", &[("again.png", &wide)]).json()
            ["images"][0]["id"],
        id
    );
    assert_eq!(stored(service.store.path()), 2);
    let mut jpeg = Vec::new();
    image::load_from_memory(&wide)
        .expect("an image")
        .into_rgb8()
        .write_with_encoder(image::codecs::jpeg::JpegEncoder::new(&mut jpeg))
        .expect("memory");
    let id = service.post("", &[("photo.jpg", &jpeg)]).json()["images"][0]["id"]
        .as_str()
        .expect("an id")
        .to_owned();
    assert_eq!(service.running.get(&format!("/images/{id}")).content_type, "image/jpeg");
}

#[test]
fn bad_files_are_named_and_refused() {
    let service = Service::start(&["--max-files", "2", "--max-file-bytes", "20000", "--max-pixels", "10000"]);
    let (good, too_large) = (sample_png(20, 20), vec![0; 20_001]);
    for (files, status, code) in [
        (&[][..], 400, "bad_form"),
        (&[("nothing.png", &[][..])], 400, "empty"),
        (&[("text.png", b"no image at all")], 415, "wrong_type"),
        (&[("movie.gif", b"GIF89a\x01\x00\x01\x00")], 415, "wrong_type"),
        (&[("cut.png", &good[..good.len() / 2])], 422, "malformed"),
        (&[("head.jpg", b"\xff\xd8\xff\xe0\x00\x10JFIF")], 422, "malformed"),
        (&[("good.png", &good), ("cut.png", &good[..40])], 422, "malformed"),
        (&[("large.png", &too_large)], 413, "too_large"),
        (&[("a.png", &good), ("b.png", &good), ("c.png", &good)], 413, "too_many"),
    ] {
        assert_eq!(
            service.refusal("", files),
            refused(status, code),
            "{:?}",
            files.last().map(|file| file.0)
        );
    }
    // Each of them is small enough, both together are not, unless they are to be smaller.
    let large = even_png(80);
    let both = [("a.png", &large[..]), ("b.png", &large[..])];
    assert_eq!(service.refusal("", &both), refused(413, "too_many_pixels"));
    assert_eq!(service.refusal("?edge=75", &both), refused(413, "too_many_pixels"));
    let message =
        service.post("", &[("good.png", &good), ("cut.png", &good[..40])]).json()["error"]["message"]
            .to_string();
    assert!(message.contains("cut.png"), "{message}");
    assert_eq!(service.post("?edge=70", &both).status, 201);
}

/// A square picture of one colour: few bytes, whatever its size.
fn even_png(side: u32) -> Vec<u8> {
    let mut bytes = Vec::new();
    let encoder = image::codecs::png::PngEncoder::new(&mut bytes);
    let picture = image::ImageBuffer::from_pixel(side, side, image::Luma([7_u8]));
    picture.write_with_encoder(encoder).expect("memory");
    bytes
}

/// Few bytes that unpack to many: refused from the header, or where the decoder's limit is reached.
#[test]
fn decompression_bombs_are_not_unpacked() {
    let service = Service::start(&["--max-pixels", "1000000"]);
    let even = even_png(4000);
    assert!(even.len() < 200_000, "{} bytes for 16 000 000 pixels", even.len());
    assert_eq!(service.refusal("", &[("bomb.png", &even)]), refused(413, "too_many_pixels"));
    // A header that lies: 4 294 967 295 pixels a side would overflow what counts them, if anything did.
    let mut lying = sample_png(4, 4);
    lying[16..24].copy_from_slice(&[0x7f, 0xff, 0xff, 0xff, 0x7f, 0xff, 0xff, 0xff]);
    let (status, _) = service.refusal("", &[("lying.png", &lying)]);
    assert!(matches!(status, 413 | 422), "{status}");
}

#[test]
fn requests_that_make_no_sense_are_refused() {
    let service = Service::start(&[]);
    let good = sample_png(8, 8);
    for query in [
        "?edge=0",
        "?edge=99999",
        "?edge=wide",
        "?filters=sepia",
        "?filters=blur:99",
        "?size=3",
        "?filters=grayscale,,grayscale,grayscale,grayscale,grayscale,grayscale,grayscale,grayscale,grayscale",
    ] {
        assert_eq!(service.refusal(query, &[("a.png", &good)]), refused(400, "bad_query"), "{query}");
    }
    let running = &service.running;
    assert_eq!(running.post("/images", "application/json", b"{}").refusal(), refused(415, "wrong_type"));
    assert_eq!(running.post("/images", "multipart/form-data", b"").refusal(), refused(400, "bad_form"));
    assert_eq!(running.post("/images", FORM, b"--edge\r\nno header").refusal(), refused(400, "bad_form"));
    assert_eq!(running.post("/images", FORM, b"").refusal().0, 400);
    for path in ["/", "/image", "/images/../Cargo.toml", "/images/%2e%2e%2fpasswd", "/images/abc.png"] {
        assert_eq!(running.get(path).refusal().0, 404, "{path}");
    }
    assert_eq!(running.get("/images").refusal(), refused(405, "wrong_method"));
    assert_eq!(running.post("/health", FORM, b"").refusal(), refused(405, "wrong_method"));
    let head = rest(running.raw(b"HEAD /health HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n"));
    assert!(head.starts_with("HTTP/1.1 200") && head.ends_with("\r\n\r\n"), "{head}");
    let put = rest(running.raw(b"PUT /images HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n"));
    assert!(put.starts_with("HTTP/1.1 405") && put.contains("allow: POST\r\n"), "{put}");
    let message = service.post("?edge=wide", &[("a.png", &good)]).json()["error"]["message"].to_string();
    assert!(message.contains("write `?edge=256"), "{message}");
}

#[test]
fn options_that_make_no_sense_are_refused_with_what_to_write() {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml");
    for (option, value, remedy) in [
        ("--store", file, "name a folder with `--store`"),
        ("--max-files", "0", "write a whole number above 0"),
        ("--max-file-bytes", "0", "write a whole number above 0"),
        ("--max-pixels", "none", "write a whole number above 0"),
    ] {
        refuses(PROGRAM, &["--listen", "127.0.0.1:0", option, value], remedy);
    }
}

#[test]
fn a_slow_client_loses_its_place() {
    let service = Service::start(&["--max-requests", "1", "--upload-s", "1"]);
    gives_up_a_slow_client(&service.running, "/images", FORM, &form(&[("a.png", &sample_png(8, 8))]));
}

#[test]
fn what_waits_is_bounded_in_bytes() {
    let body = form(&[("a.png", &sample_png(8, 8))]);
    let service = Service::start(&["--max-held-bytes", &(2 * body.len() + 9).to_string()]);
    refuses_more_than_it_may_hold(&service.running, "/images", FORM, &body);
}

#[test]
fn beyond_its_places_it_refuses_and_says_when_to_come_back() {
    let service = Service::start(&["--max-requests", "1"]);
    refuses_a_second(&service.running, "/images", FORM, &form(&[("a.png", &sample_png(8, 8))]));
}

#[test]
fn a_taken_port_is_named() {
    let store = TempDir::new().expect("a folder");
    refuses_a_taken_port(PROGRAM, &["--store", store.path().to_str().expect("a readable path")]);
}

#[test]
fn probes_answer() {
    let service = Service::start(&["--max-load", "1000000", "--max-files", "1", "--max-pixels", "10000"]);
    let running = &service.running;
    assert_eq!(running.get("/health").json()["status"], "ok");
    let ready = running.get("/ready");
    assert_eq!(ready.status, 200, "{}", ready.json());
    assert_eq!(ready.json()["sites"].as_array().map(Vec::len), Some(6));
    assert!(running.get("/decisions").json()["sites"].as_array().is_some_and(|sites| sites.len() >= 6));
    assert_eq!(service.post("", &[("a.png", &sample_png(8, 8))]).status, 201);
    let counted = r#"http_requests_total{route="/images",method="POST",status="201"} 1"#;
    let text = String::from_utf8(running.get("/metrics").body).expect("text");
    assert!(text.contains(counted), "{text}");
    std::fs::remove_dir_all(service.store.path()).expect("it was there");
    let ready = running.get("/ready");
    assert_eq!(ready.status, 503);
    assert_eq!(ready.json()["checks"][3]["name"], "store");
    assert!(help(PROGRAM).contains("--max-pixels"));
}

#[test]
fn two_hundred_requests_at_once_are_all_answered() {
    let service = Service::start(&[]);
    let ids: Vec<String> = std::thread::scope(|scope| {
        let ask = |n: u32| {
            let answer = service.post("?edge=8", &[("a.png", &sample_png(16, 16 + n % 4))]);
            assert_eq!(answer.status, 201, "{answer:?}");
            answer.json()["images"][0]["id"].as_str().expect("an id").to_owned()
        };
        let threads: Vec<_> = (0..200).map(|n| scope.spawn(move || ask(n))).collect();
        threads.into_iter().map(|thread| thread.join().expect("no panic")).collect()
    });
    for n in 4..200 {
        assert_eq!(ids[n], ids[n % 4]);
    }
    assert_eq!(service.running.count("images_finished_total"), 200);
    service.running.wait_until("all places free", |running| running.count("requests_in_flight") == 0);
}

/// 32 pictures to blur, so much work that a client can come and go meanwhile. Unoptimised, it takes ten times as long.
fn heavy(optimised_side: u32) -> Vec<u8> {
    let side = if cfg!(debug_assertions) { optimised_side / 3 } else { optimised_side };
    let picture = sample_png(side, side);
    let files: Vec<(&str, &[u8])> = (0..32).map(|_| ("a.png", &picture[..])).collect();
    request("/images?filters=blur:32", FORM, &form(&files))
}

#[test]
fn work_stops_when_the_client_goes_away() {
    let service = Service::start(&["--max-files", "32", "--max-regions", "1"]);
    let running = &service.running;
    let client = running.raw(&heavy(850));
    running.wait_until("work has begun", |running| {
        running.count("requests_in_flight") == 1 && running.count("images_finished_total") > 0
    });
    drop(client);
    running.wait_until("the request is over", |running| running.count("requests_in_flight") == 0);
    assert_eq!(stored(service.store.path()), 0, "nothing is stored for nobody");
    // One request computes at a time: this one does when the other has stopped.
    assert_eq!(
        service.post("?edge=4", &[("a.png", &sample_png(8, 8))]).status,
        201,
        "others are still served"
    );
    // Beside the 32 there is the one just sent.
    let done = running.count("images_finished_total") - 1;
    assert!(done < 32, "{done} of 32 images were finished for nobody");
}

#[test]
fn a_request_in_flight_survives_the_order_to_stop() {
    let mut service = Service::start(&["--max-files", "32", "--grace-s", "120"]);
    let client = service.running.raw(&heavy(300));
    service.running.wait_until("work has begun", |running| running.count("images_finished_total") > 0);
    service.running.terminate();
    let answer = rest(client);
    assert!(answer.starts_with("HTTP/1.1 201"), "{answer}");
    assert_eq!(answer.matches("\"id\"").count(), 32);
    assert!(service.running.ended().success());
    assert_eq!(stored(service.store.path()), 1, "32 times the same picture");
}
