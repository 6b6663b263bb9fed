package org.fieldstream.client.sdk;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.WireFormat;
import java.io.IOException;
import org.fieldstream.v1.Denoising;
import org.fieldstream.v1.SubscribeResponse;

/**
 * Reads a SubscribeResponse and leaves field values where they lie, its own and those of its way
 * out of noise. Protocol Buffers' own reader copies the bytes of a message that came in pieces.
 */
final class MessageReader {
  /** Takes the bytes of a field, or not: then they are read as usual. */
  private interface Apart {
    boolean take(int number, ByteString value) throws IOException;
  }

  private final ByteString bytes;
  private int at;

  private MessageReader(ByteString bytes) {
    this.bytes = bytes;
  }

  /**
   * The message, whose field values refer to the bytes given.
   *
   * @throws IOException for bytes that are no such message
   */
  static SubscribeResponse read(ByteString bytes) throws IOException {
    SubscribeResponse.Builder message = SubscribeResponse.newBuilder();
    new MessageReader(bytes)
        .read(
            message,
            (number, value) -> {
              switch (number) {
                case SubscribeResponse.FIELDS_FIELD_NUMBER -> message.setFields(value);
                case SubscribeResponse.DENOISING_FIELD_NUMBER ->
                    message.mergeDenoising(denoising(value));
                default -> {
                  return false;
                }
              }
              return true;
            });
    return message.build();
  }

  private static Denoising denoising(ByteString bytes) throws IOException {
    Denoising.Builder message = Denoising.newBuilder();
    new MessageReader(bytes)
        .read(
            message,
            (number, value) -> {
              boolean mine = number == Denoising.FIELDS_FIELD_NUMBER;
              if (mine) {
                message.setFields(value);
              }
              return mine;
            });
    return message.build();
  }

  private void read(Message.Builder message, Apart apart) throws IOException {
    int kept = 0;
    while (at < bytes.size()) {
      int start = at;
      long tag = varint();
      boolean delimited = (tag & 7) == WireFormat.WIRETYPE_LENGTH_DELIMITED;
      int end = end((int) (tag & 7));
      if (delimited && apart.take((int) (tag >>> 3), bytes.substring(at, end))) {
        message.mergeFrom(bytes.substring(kept, start));
        kept = end;
      }
      at = end;
    }
    message.mergeFrom(bytes.substring(kept, bytes.size()));
  }

  /** Where the value at this place ends; of a delimited one, moves on to its first byte. */
  private int end(int type) throws InvalidProtocolBufferException {
    return switch (type) {
      case WireFormat.WIRETYPE_VARINT -> {
        varint();
        yield at;
      }
      case WireFormat.WIRETYPE_FIXED64 -> after(Long.BYTES);
      case WireFormat.WIRETYPE_LENGTH_DELIMITED -> {
        long length = varint();
        yield after(length);
      }
      case WireFormat.WIRETYPE_FIXED32 -> after(Integer.BYTES);
      default -> throw new InvalidProtocolBufferException("message: a field of no known type");
    };
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
