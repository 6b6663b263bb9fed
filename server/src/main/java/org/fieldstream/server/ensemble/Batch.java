package org.fieldstream.server.ensemble;

import java.nio.ByteBuffer;
import java.util.List;

/**
 * Consecutive configurations of one replica, as somebody sends them.
 *
 * @param replica the chain, unsigned
 * @param ids Monte Carlo times, unsigned, strictly increasing
 * @param shape {@code [configurations, components, L0, L1, ...]}
 * @param action S of each, or empty
 * @param logWeight log weight of each (nats), or empty
 * @param crc32c checksum over {@code fields}
 * @param fields little-endian, C order; not modified
 */
public record Batch(
    int replica,
    long[] ids,
    List<Integer> shape,
    double[] action,
    double[] logWeight,
    int crc32c,
    ByteBuffer fields) {}
