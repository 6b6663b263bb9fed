package org.fieldstream.server.grpc;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.vertx.core.internal.buffer.BufferInternal;
import io.vertx.grpc.common.CodecException;
import io.vertx.grpc.common.GrpcMessage;
import io.vertx.grpc.common.GrpcMessageEncoder;
import io.vertx.grpc.common.WireFormat;

/** Turns encoded batches into messages without copying the field values. */
final class BatchEncoder implements GrpcMessageEncoder<EncodedBatch> {
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
   * A batch as gRPC has its messages in a stream. Its memory is wrapped, so it must stay as it is
   * until it is written.
   */
  static ByteBuf framed(EncodedBatch batch) {
    return Unpooled.wrappedBuffer(batch.framed());
  }

  private static ByteBuf bytes(EncodedBatch batch) {
    return framed(batch).skipBytes(EncodedBatch.PREFIX).slice();
  }

  private Message whole(EncodedBatch batch) {
    try {
      return prototype
          .newBuilderForType()
          .mergeFrom(batch.headerAsByteString())
          .setField(
              prototype.getDescriptorForType().findFieldByNumber(EncodedBatch.FIELDS),
              batch.fieldsAsByteString())
          .build();
    } catch (InvalidProtocolBufferException e) {
      throw new CodecException(e);
    }
  }
}
