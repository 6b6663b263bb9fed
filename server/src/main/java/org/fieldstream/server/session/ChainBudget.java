package org.fieldstream.server.session;

import java.time.Duration;
import org.fieldstream.server.error.ErrorCode;
import org.fieldstream.server.error.ServiceException;

/**
 * The memory of the Markov chains of all streams. Independent draws share their sources; every
 * stream of chains has its own, and so has a Metropolis chain on draws that keeps its state at
 * levels of noise; their memory is bounded at the door. Safe for use by several threads.
 */
public final class ChainBudget {
  private static final Duration RETRY = Duration.ofSeconds(5);

  private final long most;
  private long taken;

  /** A budget in bytes, at least 1. */
  public ChainBudget(long most) {
    if (most < 1) {
      throw new IllegalArgumentException("most: " + most + " (expected: >= 1)");
    }
    this.most = most;
  }

  /**
   * Takes bytes until {@link #free}.
   *
   * @param remedy what the stream could ask for instead, to take less
   * @throws ServiceException if they are not there
   */
  synchronized void take(long bytes, String remedy) {
    if (bytes > most - taken) {
      throw ServiceException.retryable(
          ErrorCode.QUOTA_EXCEEDED,
          "chains: %d MiB more for another stream (expected: at most %d MiB, %d are taken; wait for another stream to end, %s, or raise session.chainBytes)"
              .formatted(mebibytes(bytes), most >> 20, mebibytes(taken), remedy),
          RETRY);
    }
    taken += bytes;
  }

  synchronized void free(long bytes) {
    taken -= bytes;
  }

  /** Bytes taken now. */
  synchronized long taken() {
    return taken;
  }

  /** Rounded up, so that a little is not nothing. */
  static long mebibytes(long bytes) {
    return (bytes + (1 << 20) - 1) >> 20;
  }
}
