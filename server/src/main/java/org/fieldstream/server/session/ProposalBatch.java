package org.fieldstream.server.session;

import org.jspecify.annotations.Nullable;

/**
 * The answer to one ask, ready to be sent. The arrays and the memory of the field values belong to
 * the receiver.
 *
 * @param firstIndex index of the first proposal
 * @param count proposals, n
 * @param action S of each, dimensionless
 * @param logDensity log q of each, nats
 * @param accepted the server's decisions; empty where the client decides
 * @param current what is known of the state that the ask brought; null where it brought none
 * @param crc32c CRC-32C of the fields
 * @param fields {@code [n][components][L0]...} little-endian, C order
 */
public record ProposalBatch(
    long firstIndex,
    int count,
    double[] action,
    double[] logDensity,
    boolean[] accepted,
    @Nullable StateDensity current,
    int crc32c,
    FieldBytes fields) {}
