package org.fieldstream.server.certify;

import java.util.function.Function;
import org.fieldstream.kernels.machine.Machine;
import org.fieldstream.server.generator.Exactness;
import org.fieldstream.server.theory.Target;

/**
 * What is to be certified.
 *
 * @param name the ensemble's name, or the stream's model and exactness
 * @param target the distribution its configurations should follow
 * @param exactness how they relate to it
 * @param source opens the configurations, on the device's thread
 */
public record Subject(
    String name,
    Target target,
    Exactness exactness,
    Function<Machine, ConfigurationSource> source) {}
