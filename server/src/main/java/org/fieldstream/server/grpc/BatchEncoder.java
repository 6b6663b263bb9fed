package org.fieldstream.server.grpc;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.InvalidProtocolBufferException;
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
  /** Field number 15, wire type 2 (length-delimited). */
  private static final int FIELDS_TAG = SubscribeResponse.FIELDS_FIELD_NUMBER << 3 | 2;

  private final GrpcMessageEncoder<SubscribeResponse> json = GrpcMessageEncoder.json();

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

  private static SubscribeResponse whole(EncodedBatch batch) {
    try {
      return SubscribeResponse.parseFrom(batch.header()).toBuilder()
          .setFields(batch.fieldsAsByteString())
          .build();
    } catch (InvalidProtocolBufferException e) {
      throw new CodecException(e);
    }
  }
}
