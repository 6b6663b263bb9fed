package org.fieldstream.server.training;

import java.util.function.BooleanSupplier;

/** A measurement was stopped before its end: nothing of it is known. */
final class StoppedException extends RuntimeException {
  /** For measurements that nobody stops. */
  static final BooleanSupplier NEVER = () -> false;

  private static final long serialVersionUID = 1;

  private StoppedException() {
    super("stopped", null, false, false);
  }

  /** Throws one if that is wanted. */
  static void ifAsked(BooleanSupplier stop) {
    if (stop.getAsBoolean()) {
      throw new StoppedException();
    }
  }
}
