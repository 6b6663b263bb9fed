package org.fieldstream.server.grpc;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.vertx.core.internal.buffer.BufferInternal;
import io.vertx.grpc.common.CodecException;
import io.vertx.grpc.common.GrpcMessage;
import io.vertx.grpc.common.GrpcMessageEncoder;
import io.vertx.grpc.common.WireFormat;
import java.io.IOException;
import org.fieldstream.v1.SubscribeResponse;

/** Turns encoded batches into messages without copying the field values. */
final class BatchEncoder implements GrpcMessageEncoder<EncodedBatch> {
  /** Of {@code fields} in all messages that carry configurations. */
  private static final int FIELDS = SubscribeResponse.FIELDS_FIELD_NUMBER;

  /** Wire type 2 (length-delimited). */
  private static final int FIELDS_TAG = FIELDS << 3 | 2;

  private final GrpcMessageEncoder<Message> json = GrpcMessageEncoder.json();
  private final Message prototype;

  /**
   * An encoder.
   *
   * @param prototype default instance of the message, whose {@code fields} has number 15
   */
  BatchEncoder(Message prototype) {
    this.prototype = prototype;
  }

  @Override
  public GrpcMessage encode(EncodedBatch batch, WireFormat format) {
    return switch (format) {
      case PROTOBUF -> GrpcMessage.message("identity", BufferInternal.buffer(bytes(batch)));
      case JSON -> json.encode(whole(batch), format);
    };
  }

  @Override
  public boolean accepts(WireFormat format) {
    return true;
  }

  private static ByteBuf bytes(EncodedBatch batch) {
    if (batch.fields().length == 0) {
      return Unpooled.wrappedBuffer(batch.header());
    }
    return Unpooled.wrappedBuffer(batch.header(), prefix(batch.fields().length), batch.fields());
  }

  /** Tag and length of {@code fields}. */
  private static byte[] prefix(int length) {
    byte[] prefix =
        new byte
            [CodedOutputStream.computeUInt32SizeNoTag(FIELDS_TAG)
                + CodedOutputStream.computeUInt32SizeNoTag(length)];
    CodedOutputStream out = CodedOutputStream.newInstance(prefix);
    try {
      out.writeUInt32NoTag(FIELDS_TAG);
      out.writeUInt32NoTag(length);
    } catch (IOException e) {
      throw new CodecException(e);
    }
    return prefix;
  }

  private Message whole(EncodedBatch batch) {
    try {
      return prototype
          .newBuilderForType()
          .mergeFrom(batch.header())
          .setField(
              prototype.getDescriptorForType().findFieldByNumber(FIELDS),
              batch.fieldsAsByteString())
          .build();
    } catch (InvalidProtocolBufferException e) {
      throw new CodecException(e);
    }
  }
}
