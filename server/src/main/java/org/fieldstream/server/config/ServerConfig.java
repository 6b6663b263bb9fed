package org.fieldstream.server.config;

/**
 * Where the server listens.
 *
 * @param host address to listen on; loopback unless told otherwise, because the API has no
 *     credentials yet
 * @param grpcPort port of gRPC, 0 to 65535; 0 takes a free one
 * @param httpPort port of metrics, health and status page, 0 to 65535; 0 takes a free one
 * @param eventLoops event loops that carry gRPC connections, at least 1
 * @param maxMessageBytes largest message in either direction, in bytes, 64 KiB to 256 MiB
 * @param drainSeconds how long streams may take to end, in seconds, at least 0: at shutdown, and to
 *     send what they have written when their deadline passes; what has not ended then is broken off
 */
public record ServerConfig(
    String host,
    int grpcPort,
    int httpPort,
    int eventLoops,
    int maxMessageBytes,
    int drainSeconds) {
  /** Unless configured. */
  public static final ServerConfig DEFAULTS =
      new ServerConfig("127.0.0.1", 7420, 7421, 2, 16 << 20, 20);

  public ServerConfig {
    Check.that(!host.isBlank(), "server.host", host, "an address such as 127.0.0.1");
    Check.range("server.grpcPort", grpcPort, 0, 65_535);
    Check.range("server.httpPort", httpPort, 0, 65_535);
    Check.range("server.eventLoops", eventLoops, 1, 256);
    Check.range("server.maxMessageBytes", maxMessageBytes, 64 << 10, 256 << 20);
    Check.range("server.drainSeconds", drainSeconds, 0, 3600);
    Check.that(
        grpcPort != httpPort || grpcPort == 0,
        "server.httpPort",
        httpPort,
        "another port than server.grpcPort");
  }
}
