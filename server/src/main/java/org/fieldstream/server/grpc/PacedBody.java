package org.fieldstream.server.grpc;

import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.internal.http.HttpServerRequestInternal;
import io.vertx.core.internal.http.HttpServerRequestWrapper;
import org.jspecify.annotations.Nullable;

/**
 * A request whose body is read off the wire at the pace of whoever takes its messages. Vert.x's
 * gRPC reads 16 messages ahead, whatever their size; this reads {@value #AHEAD} bytes ahead while a
 * message is at work, and the sender's HTTP/2 window does the rest. Confined to its event loop.
 */
final class PacedBody extends HttpServerRequestWrapper {
  private static final int AHEAD = 1 << 20;

  /** What gRPC puts before each message. */
  private static final int PREFIX = 5;

  private long unread;
  private boolean busy;
  private boolean held;
  private boolean pausedByReader;

  PacedBody(HttpServerRequest request) {
    super((HttpServerRequestInternal) request);
  }

  @Override
  public HttpServerRequest handler(@Nullable Handler<Buffer> handler) {
    if (handler == null) {
      super.handler(null);
    } else {
      super.handler(
          buffer -> {
            unread += buffer.length();
            handler.handle(buffer);
            hold();
          });
    }
    return this;
  }

  /** A message is being worked on. */
  void busy() {
    busy = true;
    hold();
  }

  /**
   * The message is done with.
   *
   * @param bytes its length
   */
  void idle(int bytes) {
    busy = false;
    unread = Math.max(0, unread - bytes - PREFIX);
    if (held) {
      held = false;
      if (!pausedByReader) {
        fetchMore(Long.MAX_VALUE);
      }
    }
  }

  private void hold() {
    if (busy && !held && unread > AHEAD && !isEnded()) {
      held = true;
      super.pause();
    }
  }

  @Override
  public HttpServerRequest pause() {
    pausedByReader = true;
    if (!isEnded()) {
      super.pause();
    }
    return this;
  }

  @Override
  public HttpServerRequest resume() {
    return fetch(Long.MAX_VALUE);
  }

  @Override
  public HttpServerRequest fetch(long amount) {
    pausedByReader = false;
    if (!held) {
      fetchMore(amount);
    }
    return this;
  }

  /**
   * A body that was read to its end, though not all its messages were taken, refuses to be paused
   * and resumed; so does one that was cancelled.
   */
  private void fetchMore(long amount) {
    if (!isEnded()) {
      super.fetch(amount);
    }
  }
}
