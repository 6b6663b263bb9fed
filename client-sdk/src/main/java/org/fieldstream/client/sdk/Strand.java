package org.fieldstream.client.sdk;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;

/** The one context on which a session's state is touched, while its client is open. */
final class Strand {
  private final Context context;
  private final OpenCalls all;

  Strand(Context context, OpenCalls all) {
    this.context = context;
    this.all = all;
  }

  /**
   * Runs a step on the context.
   *
   * @return false where the client is closed, and the step is not run: who had to hear of it has
   */
  boolean run(Runnable step) {
    if (all.isClosed()) {
      return false;
    }
    try {
      context.runOnContext(ignored -> step.run());
      return true;
    } catch (RejectedExecutionException e) {
      // Closed between the two: its event loop is gone.
      return false;
    }
  }

  /** See {@link OpenCalls#enter}. */
  boolean enter(Consumer<FieldstreamException> told) {
    return all.enter(told, context);
  }

  /** See {@link OpenCalls#leave}. */
  void leave(Consumer<FieldstreamException> told) {
    all.leave(told);
  }

  /** For timers. */
  Vertx vertx() {
    return context.owner();
  }
}
