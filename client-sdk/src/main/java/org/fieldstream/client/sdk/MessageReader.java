package org.fieldstream.client.sdk;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.WireFormat;
import java.io.IOException;
import org.fieldstream.v1.SubscribeResponse;

/**
 * Reads a SubscribeResponse and leaves its field values where they lie. Protocol Buffers' own
 * reader copies the bytes of a message that came in pieces.
 */
final class MessageReader {
  private final ByteString bytes;
  private int at;

  private MessageReader(ByteString bytes) {
    this.bytes = bytes;
  }

  /**
   * The message, whose {@code fields} refer to the bytes given.
   *
   * @throws IOException for bytes that are no such message
   */
  static SubscribeResponse read(ByteString bytes) throws IOException {
    return new MessageReader(bytes).read();
  }

  private SubscribeResponse read() throws IOException {
    SubscribeResponse.Builder message = SubscribeResponse.newBuilder();
    int kept = 0;
    while (at < bytes.size()) {
      int start = at;
      long tag = varint();
      int number = (int) (tag >>> 3);
      int end =
          switch ((int) (tag & 7)) {
            case WireFormat.WIRETYPE_VARINT -> {
              varint();
              yield at;
            }
            case WireFormat.WIRETYPE_FIXED64 -> after(Long.BYTES);
            case WireFormat.WIRETYPE_LENGTH_DELIMITED -> after(varint());
            case WireFormat.WIRETYPE_FIXED32 -> after(Integer.BYTES);
            default ->
                throw new InvalidProtocolBufferException("message: a field of no known type");
          };
      if (number == SubscribeResponse.FIELDS_FIELD_NUMBER
          && (tag & 7) == WireFormat.WIRETYPE_LENGTH_DELIMITED) {
        merge(message, kept, start);
        message.setFields(bytes.substring(at, end));
        kept = end;
      }
      at = end;
    }
    merge(message, kept, bytes.size());
    return message.build();
  }

  private void merge(SubscribeResponse.Builder message, int from, int to) throws IOException {
    message.mergeFrom(bytes.substring(from, to));
  }

  private int after(long length) throws InvalidProtocolBufferException {
    if (length < 0 || length > bytes.size() - at) {
      throw new InvalidProtocolBufferException("message: a field beyond its end");
    }
    return at + (int) length;
  }

  private long varint() throws InvalidProtocolBufferException {
    long value = 0;
    for (int shift = 0; shift < Long.SIZE; shift += 7) {
      byte next = bytes.byteAt(after(1) - 1);
      at++;
      value |= (next & 0x7FL) << shift;
      if (next >= 0) {
        return value;
      }
    }
    throw new InvalidProtocolBufferException("message: a number of more than ten bytes");
  }
}
