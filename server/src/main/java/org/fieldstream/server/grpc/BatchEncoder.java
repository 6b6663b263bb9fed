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
import java.nio.ByteBuffer;
import org.fieldstream.v1.SubscribeResponse;

/** Turns encoded batches into messages without copying the field values. */
final class BatchEncoder implements GrpcMessageEncoder<EncodedBatch> {
  /** Of {@code fields} in all messages that carry configurations. */
  private static final int FIELDS = SubscribeResponse.FIELDS_FIELD_NUMBER;

  /** Bytes before a message in a stream. */
  private static final int PREFIX = 5;

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

  /**
   * A batch as gRPC has its messages in a stream: whether it is compressed (it is not), its length
   * in four bytes, and the message. Its arrays are wrapped, so they must stay as they are until it
   * is written.
   */
  static ByteBuf framed(EncodedBatch batch) {
    byte[] fields = batch.fields();
    byte[] tag = fields.length == 0 ? fields : prefix(FIELDS, fields.length);
    int length =
        Math.addExact(
            batch.header().length + tag.length,
            Math.addExact(batch.levels().length, fields.length));
    byte[] prefix = ByteBuffer.allocate(PREFIX).put((byte) 0).putInt(length).array();
    return Unpooled.wrappedBuffer(prefix, batch.header(), batch.levels(), tag, fields);
  }

  private static ByteBuf bytes(EncodedBatch batch) {
    return framed(batch).skipBytes(PREFIX).slice();
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

  private Message whole(EncodedBatch batch) {
    try {
      return prototype
          .newBuilderForType()
          .mergeFrom(batch.headerAsByteString())
          .setField(
              prototype.getDescriptorForType().findFieldByNumber(FIELDS),
              batch.fieldsAsByteString())
          .build();
    } catch (InvalidProtocolBufferException e) {
      throw new CodecException(e);
    }
  }
}
