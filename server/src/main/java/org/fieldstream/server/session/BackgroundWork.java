package org.fieldstream.server.session;

import org.fieldstream.kernels.machine.Machine;
import org.fieldstream.server.error.ServiceException;

/** Work of no hurry for the device's thread, which calls all of it. */
public interface BackgroundWork {
  /**
   * Does a slice, a few tens of milliseconds if it can.
   *
   * @param machine what computes; the same in every slice
   * @return whether all is done; it is not called again then
   */
  boolean work(Machine machine);

  /** Cannot go on; it is not called again. */
  void fail(ServiceException failure);
}
