// Packages of test/tools/node_modules are found from here, and not from scripts/.
export { default } from 'autocannon';
