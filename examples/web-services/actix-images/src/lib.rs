//! Thumbnails and filters of images, served by actix-web.
