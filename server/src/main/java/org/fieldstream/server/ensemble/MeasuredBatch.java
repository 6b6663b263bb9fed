package org.fieldstream.server.ensemble;

import java.nio.ByteBuffer;

/**
 * A batch that was checked and measured.
 *
 * @param replica the chain
 * @param ids Monte Carlo times
 * @param wanted which of them are to be stored
 * @param fields bytes of all of them
 * @param crcs checksum of each
 * @param action S of each, recomputed
 * @param logWeight log weight of each (nats); 0 where there is none
 * @param measured {@code [n][observable]}
 */
record MeasuredBatch(
    int replica,
    long[] ids,
    boolean[] wanted,
    ByteBuffer fields,
    int[] crcs,
    double[] action,
    double[] logWeight,
    double[] measured) {
  /** What became of a configuration. */
  enum Fate {
    /** It is stored now. */
    STORED,
    /** It was there, with the same bytes. */
    DUPLICATE,
    /** Its id is there, with other bytes. */
    TAKEN,
    /** It was not to be stored. */
    UNWANTED
  }

  int count() {
    return ids.length;
  }
}
