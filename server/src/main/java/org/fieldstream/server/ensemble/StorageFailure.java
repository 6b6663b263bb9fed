package org.fieldstream.server.ensemble;

import java.io.IOException;
import java.nio.file.Path;
import org.fieldstream.server.error.ErrorCode;
import org.fieldstream.server.error.ServiceException;

/** Trouble with the disk, as clients are told of it. */
final class StorageFailure {
  private StorageFailure() {}

  static ServiceException of(Path place, IOException cause) {
    String message = String.valueOf(cause.getMessage());
    if (message.contains("No space left") || message.contains("quota exceeded")) {
      return ServiceException.of(
          ErrorCode.QUOTA_EXCEEDED, "disk: full (expected: room for the ensemble)", cause);
    }
    return ServiceException.of(
        ErrorCode.INTERNAL,
        "ensemble %s: the server's disk failed; its log has the cause"
            .formatted(place.getFileName()),
        cause);
  }
}
