package org.fieldstream.server.session;

import org.fieldstream.server.error.ServiceException;

/** Where a stream's work goes. Called on the device's thread: must be quick and never block. */
public interface BatchSink {
  /** The next batch. */
  void batch(StreamBatch batch);

  /** The last configuration of the stream is out; nothing follows. */
  void completed();

  /** Work has ended as {@link StreamTicket#finish()} asked; nothing follows. */
  void stopped();

  /** Work has failed; nothing follows. */
  void failed(ServiceException failure);
}
