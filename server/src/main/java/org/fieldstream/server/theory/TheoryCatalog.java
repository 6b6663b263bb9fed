package org.fieldstream.server.theory;

import java.util.List;

/** The theories a server knows. */
public interface TheoryCatalog {
  /** Names of the known theories, for example {@code phi4}. */
  List<String> names();

  /**
   * The theory at a target's lattice and couplings. The result is used by one thread.
   *
   * @throws BadTargetException for an unknown theory or a lattice or coupling it cannot have
   */
  Theory of(Target target);
}
