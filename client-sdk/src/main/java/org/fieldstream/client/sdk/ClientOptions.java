package org.fieldstream.client.sdk;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where the server is and how to talk to it.
 *
 * @param host host name or address
 * @param port gRPC port, 1 to 65535
 * @param maxMessageBytes largest message accepted; a longer one fails the stream
 * @param callTimeout deadline of unary calls, and of making a connection
 * @param keepAlive how often a silent connection is pinged; one that does not answer within this
 *     time counts as broken
 * @param retry when to try again after a broken connection
 */
public record ClientOptions(
    String host,
    int port,
    int maxMessageBytes,
    Duration callTimeout,
    Duration keepAlive,
    RetryPolicy retry) {
  /** The gRPC port of a server that was not told otherwise. */
  public static final int DEFAULT_PORT = 7420;

  /** 64 MiB: what the server's own limit allows. */
  public static final int DEFAULT_MAX_MESSAGE_BYTES = 64 << 20;

  private static final Pattern ADDRESS =
      Pattern.compile(
          "(?:\\[(?<v6>[0-9A-Fa-f:.]+)]|(?<name>[^:/\\[\\]\\s]*))(?::(?<port>\\d{1,5}))?");

  public ClientOptions {
    if (host.isBlank()) {
      throw new IllegalArgumentException("host: empty (expected: a host name or address)");
    }
    if (port < 1 || port > 65535) {
      throw new IllegalArgumentException("port: " + port + " (expected: 1 to 65535)");
    }
    if (maxMessageBytes < 1024) {
      throw new IllegalArgumentException(
          "maxMessageBytes: " + maxMessageBytes + " (expected: >= 1024)");
    }
    if (callTimeout.isNegative() || callTimeout.isZero()) {
      throw new IllegalArgumentException("callTimeout: " + callTimeout + " (expected: > 0)");
    }
    if (keepAlive.isNegative() || keepAlive.isZero()) {
      throw new IllegalArgumentException("keepAlive: " + keepAlive + " (expected: > 0)");
    }
  }

  /** Defaults for a server at {@code host:port}. */
  public static ClientOptions of(String host, int port) {
    return new ClientOptions(
        host,
        port,
        DEFAULT_MAX_MESSAGE_BYTES,
        Duration.ofSeconds(10),
        Duration.ofSeconds(20),
        RetryPolicy.DEFAULT);
  }

  /**
   * Reads {@code host:port}, {@code host}, {@code :port} or {@code [v6 address]:port}.
   *
   * @throws IllegalArgumentException naming what is wrong with it
   */
  public static ClientOptions parse(String server) {
    Matcher matcher = ADDRESS.matcher(server);
    if (!matcher.matches()) {
      throw badServer(server);
    }
    String host = matcher.group("v6") != null ? matcher.group("v6") : matcher.group("name");
    String digits = matcher.group("port");
    int port = digits == null ? DEFAULT_PORT : Integer.parseInt(digits);
    if (port < 1 || port > 65535 || (host.isEmpty() && digits == null)) {
      throw badServer(server);
    }
    return of(host.isEmpty() ? "127.0.0.1" : host, port);
  }

  private static IllegalArgumentException badServer(String server) {
    return new IllegalArgumentException(
        "server: " + server + " (expected: host:port, for example 127.0.0.1:" + DEFAULT_PORT + ")");
  }

  /** The same with another retry policy. */
  public ClientOptions withRetry(RetryPolicy policy) {
    return new ClientOptions(host, port, maxMessageBytes, callTimeout, keepAlive, policy);
  }

  /** The same with another message limit. */
  public ClientOptions withMaxMessageBytes(int bytes) {
    return new ClientOptions(host, port, bytes, callTimeout, keepAlive, retry);
  }

  /** The same with another deadline of unary calls and connecting. */
  public ClientOptions withCallTimeout(Duration time) {
    return new ClientOptions(host, port, maxMessageBytes, time, keepAlive, retry);
  }

  /** The same with another keep-alive time. */
  public ClientOptions withKeepAlive(Duration time) {
    return new ClientOptions(host, port, maxMessageBytes, callTimeout, time, retry);
  }

  /** {@code host:port}. */
  public String address() {
    return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
  }
}
