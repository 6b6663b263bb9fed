package org.fieldstream.server.session;

import org.fieldstream.server.error.ServiceException;

/** Where answers go, in the order of the asks. On the device's thread: must be quick. */
public interface ProposalSink {
  /** The answer to the next ask. */
  void answer(ProposalBatch batch);

  /** Work has failed; nothing follows. */
  void failed(ServiceException failure);
}
