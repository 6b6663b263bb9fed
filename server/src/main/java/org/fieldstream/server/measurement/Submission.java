package org.fieldstream.server.measurement;

import java.util.List;
import org.fieldstream.server.error.ServiceException;

/** One client's request on its way to the disk. Called on the writer's thread. */
public interface Submission {
  /** Bytes it takes while it waits. */
  long bytes();

  /**
   * Reads the request: on the writer's thread, because it costs time.
   *
   * @throws ServiceException where it is not what it should be; nothing of it is stored
   */
  List<Measurement> read();

  /** All that was accepted is durable. */
  void acknowledged(Outcome outcome);

  /** Nothing of it was acknowledged; what is sent again may turn out to be a duplicate. */
  void failed(ServiceException reason);
}
