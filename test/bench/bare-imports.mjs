// Loads the libraries of a GraphQL server in type-graphql, and nothing else.
import process from 'node:process';

import 'reflect-metadata';
import '@apollo/server';
import 'fastify';
import 'graphql';
import 'type-graphql';
import 'zod';

process.on('disconnect', () => process.exit());
process.send({});
setInterval(() => undefined, 60_000);
