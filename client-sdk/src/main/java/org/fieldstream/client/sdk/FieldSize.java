package org.fieldstream.client.sdk;

import java.util.List;

/** How many bytes field values take by their shape, which a broken peer may say anything of. */
final class FieldSize {
  private FieldSize() {}

  /**
   * A product; {@link Long#MAX_VALUE}, which no message has, where it is larger than that.
   *
   * @param first at least 0
   * @param factors at least 0 each
   */
  static long of(long first, List<Integer> factors) {
    long size = first;
    for (int factor : factors) {
      size = factor != 0 && size > Long.MAX_VALUE / factor ? Long.MAX_VALUE : size * factor;
    }
    return size;
  }
}
