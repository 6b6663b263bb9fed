package org.fieldstream.kernels.machine;

import org.jspecify.annotations.Nullable;

/** A machine that cannot be had, or failed: no device, out of memory, kernel build error. */
public final class MachineException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** A failure in words. */
  public MachineException(String message) {
    super(message);
  }

  /** A failure in words, with its cause. */
  public MachineException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
