package org.fieldstream.server.grpc;

import io.netty.channel.WriteBufferWaterMark;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.impl.HttpServerConnection;

/**
 * Hands the network more at a time: HTTP/2 fills a connection's outbound buffer up to a mark, then
 * the system is called. Netty's mark of 64 KiB is four frames of the size that clients take.
 */
public final class LargeWrites {
  /** Bytes of a connection's frames that may wait for the network, beside the messages. */
  static final int MARK = 256 << 10;

  private LargeWrites() {}

  /** For a connection of a server, as it opens; on its event loop. */
  public static void enable(HttpConnection connection) {
    if (connection instanceof HttpServerConnection server) {
      server
          .channelHandlerContext()
          .channel()
          .config()
          .setWriteBufferWaterMark(new WriteBufferWaterMark(MARK / 2, MARK));
    }
  }
}
