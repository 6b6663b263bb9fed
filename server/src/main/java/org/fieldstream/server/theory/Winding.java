package org.fieldstream.server.theory;

/**
 * A theory whose configurations fall into sectors of whole charge, which small steps leave ever
 * more rarely towards the continuum.
 */
public interface Winding extends Dynamics {
  /**
   * The smoothest configuration of charge 1: added to any other it raises the charge by 1 for
   * little action, subtracted it lowers it.
   *
   * @return {@code [components][V]}; a copy
   */
  float[] instanton();
}
