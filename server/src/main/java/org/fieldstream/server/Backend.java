package org.fieldstream.server;

import org.fieldstream.kernels.machine.MachineLineup;
import org.fieldstream.server.model.ModelRegistry;
import org.fieldstream.server.theory.TheoryCatalog;

/**
 * What a server serves and what it computes with.
 *
 * @param models the models
 * @param theories the theories
 * @param machines what computes; the server closes them
 */
public record Backend(ModelRegistry models, TheoryCatalog theories, MachineLineup machines) {}
