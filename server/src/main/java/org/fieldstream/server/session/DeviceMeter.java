package org.fieldstream.server.session;

/** Watches the device's thread. */
public interface DeviceMeter {
  /** Watches nothing. */
  DeviceMeter NONE = nanos -> {};

  /**
   * A piece of work is done.
   *
   * @param nanos how long it took
   */
  void busy(long nanos);
}
