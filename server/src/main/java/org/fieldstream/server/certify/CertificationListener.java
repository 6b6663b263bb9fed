package org.fieldstream.server.certify;

import org.fieldstream.server.error.ServiceException;

/** Hears of one certification, on the device's thread: must not block. */
public interface CertificationListener {
  /**
   * How far it is.
   *
   * @param done configurations tested
   * @param planned configurations there will be
   */
  void progress(long done, long planned);

  /** It is done. Called once, last. */
  void certified(Certificate certificate);

  /** It cannot be done. Called once, last. */
  void failed(ServiceException failure);
}
