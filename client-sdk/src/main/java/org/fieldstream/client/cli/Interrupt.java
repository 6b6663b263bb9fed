package org.fieldstream.client.cli;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Ctrl-C and SIGTERM: asks the run to stop and holds the virtual machine until it has, so that
 * files are left in order.
 */
final class Interrupt implements AutoCloseable {
  private static final long PATIENCE_SECONDS = 20;

  private final CountDownLatch finished = new CountDownLatch(1);
  private final Thread hook;
  private volatile boolean requested;

  /**
   * @param stop called on a thread of its own when the program shall end
   */
  Interrupt(Runnable stop) {
    hook =
        new Thread(
            () -> {
              requested = true;
              stop.run();
              awaitFinish();
            },
            "interrupt");
    Runtime.getRuntime().addShutdownHook(hook);
  }

  private void awaitFinish() {
    try {
      if (!finished.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        System.err.println("not finished within " + PATIENCE_SECONDS + " s, ending anyway");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Whether the program was asked to end. */
  boolean isRequested() {
    return requested;
  }

  /** The run is over; the program may end. */
  @Override
  public void close() {
    finished.countDown();
    if (!requested) {
      try {
        Runtime.getRuntime().removeShutdownHook(hook);
      } catch (IllegalStateException e) {
        // The request came this very moment; the hook will find that all is finished.
        requested = true;
      }
    }
  }
}
