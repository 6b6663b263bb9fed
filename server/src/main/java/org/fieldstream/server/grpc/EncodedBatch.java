package org.fieldstream.server.grpc;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.UnsafeByteOperations;
import io.vertx.grpc.common.CodecException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.fieldstream.monitoring.alarms.Alarm;
import org.fieldstream.server.session.DirectMemory;
import org.fieldstream.server.session.FieldBytes;
import org.fieldstream.server.session.StreamBatch;
import org.fieldstream.server.session.StreamPlan;
import org.fieldstream.v1.Series;
import org.fieldstream.v1.SubscribeResponse;

/**
 * A batch as it goes out, in memory that the network takes without a copy: a header, which is all
 * of the message but the field values, serialised already, and the field values, its last fields.
 */
final class EncodedBatch {
  /** Of {@code fields} in all messages that carry configurations. */
  static final int FIELDS = SubscribeResponse.FIELDS_FIELD_NUMBER;

  /** Bytes before a message in a stream. */
  static final int PREFIX = 5;

  /** The bytes before the message, the header, then tag and length of {@code fields}. */
  private final DirectMemory.Piece head;

  private final int headerEnd;
  private final FieldBytes levels;
  private final FieldBytes fields;
  private final long charge;

  /** A batch of configurations alone. */
  EncodedBatch(byte[] header, FieldBytes fields, long charge) {
    this(header, FieldBytes.NONE, fields, charge);
  }

  /**
   * A batch.
   *
   * @param header the serialised message up to the value of {@code denoising.fields}, or where
   *     there is none without {@code fields}
   * @param levels the value of {@code denoising.fields}; empty where there is none
   * @param fields the value of {@code fields}; empty where it is omitted
   * @param charge what the message was charged in the byte budget
   */
  EncodedBatch(byte[] header, FieldBytes levels, FieldBytes fields, long charge) {
    this.levels = levels;
    this.fields = fields;
    this.charge = charge;
    headerEnd = PREFIX + header.length;
    byte[] tag = fields.length() == 0 ? new byte[0] : prefix(FIELDS, fields.length());
    int length =
        Math.addExact(header.length + tag.length, Math.addExact(levels.length(), fields.length()));
    head = DirectMemory.SHARED.take(headerEnd + tag.length);
    head.bytes().order(ByteOrder.BIG_ENDIAN).put((byte) 0).putInt(length).put(header).put(tag);
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

  /** Tag and length of a field of wire type 2 (length-delimited). */
  static byte[] prefix(int field, int length) {
    int tag = field << 3 | 2;
    byte[] prefix =
        new byte
            [CodedOutputStream.computeUInt32SizeNoTag(tag)
                + CodedOutputStream.computeUInt32SizeNoTag(length)];
    CodedOutputStream out = CodedOutputStream.newInstance(prefix);
    try {
      out.writeUInt32NoTag(tag);
      out.writeUInt32NoTag(length);
    } catch (IOException e) {
      throw new CodecException(e);
    }
    return prefix;
  }

  /** Bytes of the message. */
  long bytes() {
    return (long) head.size() - PREFIX + levels.length() + fields.length();
  }

  /** What the message was charged in the byte budget. */
  long charge() {
    return charge;
  }

  /**
   * The message as gRPC has it in a stream: whether it is compressed (it is not), its length in
   * four bytes, and the message; not copied.
   */
  ByteBuffer[] framed() {
    ByteBuffer all = head.bytes();
    return new ByteBuffer[] {
      all.slice(0, headerEnd),
      levels.bytes(),
      all.slice(headerEnd, head.size() - headerEnd),
      fields.bytes()
    };
  }

  /** The field values as protobuf sees them, not copied. */
  ByteString fieldsAsByteString() {
    return UnsafeByteOperations.unsafeWrap(fields.bytes());
  }

  /** All of the message but the field values as protobuf sees it, not copied. */
  ByteString headerAsByteString() {
    return UnsafeByteOperations.unsafeWrap(head.bytes().slice(PREFIX, headerEnd - PREFIX))
        .concat(UnsafeByteOperations.unsafeWrap(levels.bytes()));
  }

  /** Lets others have the memory; only where nobody reads it any more. */
  void giveBack() {
    head.giveBack();
    levels.giveBack();
    fields.giveBack();
  }
}
