package org.fieldstream.server.certify;

import org.fieldstream.server.error.ErrorCode;
import org.fieldstream.server.error.Quote;
import org.fieldstream.server.error.ServiceException;
import org.fieldstream.server.generator.chain.ExactKernel;

/**
 * How to certify.
 *
 * @param configurations how many to test, 1 to {@value #MOST}
 * @param seed of the kernel
 * @param kernel one of {@link ExactKernel#NAMES}
 */
public record CertificationPlan(int configurations, long seed, String kernel) {
  /** What is kept of each is a few hundred bytes. */
  public static final int MOST = 1 << 18;

  /** Configurations of an ensemble, unless asked for others. */
  public static final int OF_ENSEMBLE = 1 << 14;

  /** Configurations of a stream, unless asked for others. */
  public static final int OF_STREAM = 1 << 12;

  /** Checked. */
  public CertificationPlan {
    if (configurations < 1 || configurations > MOST) {
      throw ServiceException.field(
          ErrorCode.BAD_FIELD,
          "configurations",
          "configurations: %s (expected: 1 to %d)"
              .formatted(Integer.toUnsignedString(configurations), MOST));
    }
    if (!ExactKernel.NAMES.contains(kernel)) {
      throw ServiceException.field(
          ErrorCode.BAD_FIELD,
          "kernel",
          "kernel: %s (expected: %s)"
              .formatted(Quote.of(kernel), String.join(" or ", ExactKernel.NAMES)));
    }
  }
}
