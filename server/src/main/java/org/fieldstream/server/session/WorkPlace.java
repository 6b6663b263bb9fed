package org.fieldstream.server.session;

import org.fieldstream.kernels.machine.Machine;
import org.fieldstream.server.error.ServiceException;

/** Something the device's thread gives turns to: a pool of streams on one source, or a chain. */
sealed interface WorkPlace permits DrawPool, ChainProduction {
  /** Lets go of streams that are over. */
  void sweep();

  /** Whether a turn would do something. */
  boolean hasWork();

  /** Does one bounded piece of work: one device batch, or a slice of one. */
  void work();

  /** Whether no stream is left. */
  boolean isEmpty();

  /** Ends all its streams with a failure. */
  void fail(ServiceException failure);

  /** What it works on. */
  ModelAt key();

  /** Where. */
  Machine machine();

  /**
   * Goes on with another machine: streams of which nothing was sent yet start over there, the
   * others end.
   *
   * @param forOthers what the others are told
   */
  void moveTo(Machine next, ServiceException forOthers);
}
