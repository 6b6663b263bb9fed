package org.fieldstream.server.http;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/**
 * The live page's own files, read from the jar once. Nothing on the page comes from anywhere else,
 * and its headers tell the browser so.
 */
final class PageAssets {
  /** Scripts, styles and data from here only; no frames, no forms, no inline code. */
  static final String POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self';"
          + " base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

  /** Where the files but the page itself are served. */
  static final String PREFIX = "/live/";

  private static final List<String> FILES =
      List.of(
          "page.css",
          "icon.svg",
          "main.js",
          "feed.js",
          "theme.js",
          "format.js",
          "colour.js",
          "canvas.js",
          "heatmap.js",
          "chart.js",
          "history.js",
          "streams.js",
          "detail.js",
          "denoising.js",
          "observables.js",
          "status.js");

  private PageAssets() {}

  /** Adds the page and its files to a router. */
  static void route(Router router) {
    route(router, "/", "page.html");
    FILES.forEach(file -> route(router, PREFIX + file, file));
  }

  private static void route(Router router, String path, String file) {
    byte[] bytes = read(file);
    Buffer body = Buffer.buffer(bytes);
    String tag = tag(bytes);
    String type = type(file);
    router.get(path).handler(context -> serve(context, body, tag, type));
  }

  private static void serve(RoutingContext context, Buffer body, String tag, String type) {
    HttpServerResponse response =
        context
            .response()
            .putHeader("content-security-policy", POLICY)
            .putHeader("x-content-type-options", "nosniff")
            .putHeader("referrer-policy", "no-referrer")
            .putHeader("cross-origin-resource-policy", "same-origin")
            .putHeader("cross-origin-opener-policy", "same-origin")
            .putHeader("cache-control", "no-cache")
            .putHeader("etag", tag);
    if (tag.equals(context.request().getHeader("if-none-match"))) {
      response.setStatusCode(304).end();
    } else {
      response.putHeader("content-type", type).end(body);
    }
  }

  private static String type(String file) {
    String kind = file.substring(file.lastIndexOf('.') + 1);
    return switch (kind) {
      case "html" -> "text/html; charset=utf-8";
      case "css" -> "text/css; charset=utf-8";
      case "js" -> "text/javascript; charset=utf-8";
      case "svg" -> "image/svg+xml";
      default ->
          throw new IllegalArgumentException(
              "file: " + file + " (expected: .html, .css, .js or .svg)");
    };
  }

  private static byte[] read(String file) {
    try (InputStream stream = PageAssets.class.getResourceAsStream("/live/" + file)) {
      if (stream == null) {
        throw new IllegalStateException(
            "live/" + file + ": missing (expected: in the server's jar; build it again)");
      }
      return stream.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String tag(byte[] bytes) {
    try {
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(bytes);
      return '"' + HexFormat.of().formatHex(hash, 0, 12) + '"';
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("SHA-256: missing (expected: in every Java runtime)", e);
    }
  }
}
