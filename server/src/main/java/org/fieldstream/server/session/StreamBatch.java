package org.fieldstream.server.session;

import java.util.List;
import org.fieldstream.monitoring.alarms.Alarm;

/**
 * Consecutive configurations of a stream, ready to be sent. The arrays and the memory of the field
 * values belong to the receiver.
 *
 * @param firstIndex index in the stream of the first one
 * @param count configurations, n
 * @param action S of each, dimensionless
 * @param logWeight -S - log q of each (nats); empty where no q exists
 * @param accepted whether the proposal that led to each was accepted; empty where nothing is
 *     accepted or rejected
 * @param observables {@code [observable][n]}, in the order of the plan
 * @param alarms what looks wrong with the stream so far, at most one of each kind
 * @param resumeToken continues the stream after the last one
 * @param levelsCrc32c CRC-32C of the levels; 0 where there are none
 * @param levels {@code [n][level][components][L0]...} little-endian, C order; empty where none are
 *     wanted
 * @param crc32c CRC-32C of the fields; 0 where they are omitted
 * @param fields {@code [n][components][L0]...} little-endian, C order; empty where omitted
 */
public record StreamBatch(
    long firstIndex,
    int count,
    double[] action,
    double[] logWeight,
    boolean[] accepted,
    double[][] observables,
    List<Alarm> alarms,
    byte[] resumeToken,
    int levelsCrc32c,
    FieldBytes levels,
    int crc32c,
    FieldBytes fields) {}
