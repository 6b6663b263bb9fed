package org.fieldstream.client.sdk;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.grpc.common.GrpcStatus;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;

/**
 * All that a client has to tell of its end: neither a timer nor a broken connection will do so once
 * its event loop is gone. Safe for use by many threads.
 */
final class OpenCalls {
  private final Map<Consumer<FieldstreamException>, Context> open = new IdentityHashMap<>();
  private boolean closed;

  /** What is told. */
  static FieldstreamException reason() {
    return new FieldstreamException(GrpcStatus.CANCELLED, "the client was closed", null);
  }

  /** Whether the client was closed. */
  synchronized boolean isClosed() {
    return closed;
  }

  /**
   * From now on {@code told} hears of the end, on its context.
   *
   * @return false where the client is closed already, and nobody will be told
   */
  synchronized boolean enter(Consumer<FieldstreamException> told, Context context) {
    if (!closed) {
      open.put(told, context);
    }
    return !closed;
  }

  /** It needs to hear nothing more. */
  synchronized void leave(Consumer<FieldstreamException> told) {
    open.remove(told);
  }

  /** Tells everybody; completes when they have heard. */
  Future<Void> close() {
    Map<Consumer<FieldstreamException>, Context> all;
    synchronized (this) {
      closed = true;
      all = new IdentityHashMap<>(open);
      open.clear();
    }
    List<Future<Void>> heard = new ArrayList<>();
    all.forEach(
        (told, context) -> {
          Promise<Void> promise = Promise.promise();
          heard.add(promise.future());
          try {
            context.runOnContext(
                ignored -> {
                  try {
                    told.accept(reason());
                  } finally {
                    promise.complete();
                  }
                });
          } catch (RejectedExecutionException e) {
            promise.fail(e);
          }
        });
    return Future.join(heard).mapEmpty();
  }
}
