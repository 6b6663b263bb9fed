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

  /**
   * Begins a session with a first step. From now on {@code told} hears, on the context, of the
   * client's end; where that comes in this very moment it may be all that is run, or come before
   * the step, which has to see that all is over then.
   *
   * @return false where the client is closed already: neither is run
   */
  boolean begin(Runnable step, Consumer<FieldstreamException> told) {
    if (!all.enter(told, context)) {
      return false;
    }
    run(step);
    return true;
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
