package org.fieldstream.server.grpc;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import java.util.List;
import org.fieldstream.monitoring.alarms.Alarm;
import org.fieldstream.server.session.StreamBatch;
import org.fieldstream.server.session.StreamPlan;
import org.fieldstream.v1.Series;
import org.fieldstream.v1.SubscribeResponse;

/**
 * A batch as it goes out: all of the message but the field values, serialised already, and the
 * field values, which are the last fields of the message and are never copied into it.
 *
 * @param header the serialised message up to the value of {@code denoising.fields}, or where there
 *     is none without {@code fields}
 * @param levels the value of {@code denoising.fields}; empty where there is none
 * @param fields the value of {@code fields}
 * @param charge what the message was charged in the byte budget
 */
record EncodedBatch(byte[] header, byte[] levels, byte[] fields, long charge) {
  private static final byte[] NONE = {};

  /** A batch of configurations alone. */
  EncodedBatch(byte[] header, byte[] fields, long charge) {
    this(header, NONE, fields, charge);
  }

  /** Encodes a batch; done on the device's thread, so that the event loop only sends. */
  static EncodedBatch of(StreamPlan plan, StreamBatch batch) {
    SubscribeResponse.Builder message =
        SubscribeResponse.newBuilder()
            .setFirstIndex(batch.firstIndex())
            .setCount(batch.count())
            .addShape(batch.count())
            .addShape(plan.shape().components())
            .addAllShape(plan.shape().extents())
            .setDtype(Requests.dtype(plan.precision()))
            .setExactness(Requests.exactness(plan.exactness()))
            .setModelDigest(plan.digest())
            .setResumeToken(UnsafeByteOperations.unsafeWrap(batch.resumeToken()))
            .setCrc32C(batch.crc32c());
    for (double action : batch.action()) {
      message.addAction(action);
    }
    for (double weight : batch.logWeight()) {
      message.addLogWeight(weight);
    }
    for (boolean accepted : batch.accepted()) {
      message.addAccepted(accepted);
    }
    List<String> names = plan.observableNames();
    for (int k = 0; k < names.size(); k++) {
      Series.Builder series = Series.newBuilder();
      for (double value : batch.observables()[k]) {
        series.addValues(value);
      }
      message.putObservables(names.get(k), series.build());
    }
    for (Alarm alarm : batch.alarms()) {
      message.addAlarms(AlarmMessages.of(alarm));
    }
    byte[] header = message.build().toByteArray();
    return new EncodedBatch(
        plan.levels().isEmpty() ? header : DenoisingHeader.append(header, plan, batch),
        batch.levels(),
        batch.fields(),
        plan.messageBytes(batch.count()));
  }

  /** Bytes of the message, but for the few that say how long {@code fields} is. */
  long bytes() {
    return (long) header.length + levels.length + fields.length;
  }

  /** The field values as protobuf sees them, not copied. */
  ByteString fieldsAsByteString() {
    return UnsafeByteOperations.unsafeWrap(fields);
  }

  /** All of the message but the field values as protobuf sees it, not copied. */
  ByteString headerAsByteString() {
    return UnsafeByteOperations.unsafeWrap(header).concat(UnsafeByteOperations.unsafeWrap(levels));
  }
}
