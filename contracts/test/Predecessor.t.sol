// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IAIModelTraining} from "../src/IAIModelTraining.sol";
import {EscrowTest} from "./EscrowTest.sol";
import {vm} from "./Vm.sol";
import {RevertingWallet} from "./receivers/Receivers.sol";

/// @notice What drained or blocked the public predecessor contract, tried here. None of it works.
contract PredecessorDrainsTest is EscrowTest {
    function test_bond_refunds_are_not_paid_from_other_peoples_stakes() external {
        createJob();
        uint256 before = alice.balance;
        uint256 jobId = createJob();
        accept(jobId, alice);
        submit(jobId, alice);
        assertEq(alice.balance, before, "its own bond and nothing else");
        vm.prank(alice);
        expectError(
            abi.encodeWithSelector(
                IAIModelTraining.SlotNotAccepted.selector, jobId, alice, IAIModelTraining.SlotStatus.Submitted
            )
        );
        escrow.submitAdapter(jobId, alice, ADAPTER);
        assertEq(address(escrow).balance, 2 * STAKE, "both stakes are there");
    }

    function test_a_job_without_contributor_is_neither_completed_nor_refunded_twice() external {
        createJob();
        uint256 jobId = createJob();
        vm.prank(aggregator);
        expectError(abi.encodeWithSelector(IAIModelTraining.TooFewSubmissions.selector, jobId, 0, 2));
        escrow.completeJob(jobId, RESULT, list());

        vm.prank(requester);
        escrow.cancelJob(jobId);
        vm.prank(requester);
        expectError(
            abi.encodeWithSelector(
                IAIModelTraining.JobNotOpen.selector, jobId, IAIModelTraining.JobStatus.Cancelled
            )
        );
        escrow.cancelJob(jobId);
        assertEq(address(escrow).balance, STAKE, "the other job's stake is there");
    }

    function test_an_absent_contributor_locks_nobodys_money() external {
        uint256 jobId = createDeliveredJob();
        accept(jobId, carol);
        vm.warp(START + 1 hours);
        complete(jobId, list(alice, bob, carol));
        assertEq(address(escrow).balance, 0, "everybody is paid");
    }

    function test_a_contract_wallet_does_not_block_payouts() external {
        RevertingWallet wallet = new RevertingWallet();
        vm.deal(address(wallet), 1 ether);
        uint256 jobId = createJob();
        deliver(jobId, alice);
        accept(jobId, address(wallet));
        submit(jobId, address(wallet));
        uint256 before = alice.balance;
        complete(jobId, list(address(wallet), alice));
        assertTrue(alice.balance > before, "alice is paid");
    }

    function test_job_numbers_cannot_be_squatted() external {
        vm.prank(stranger);
        uint256 first = escrow.createJob{value: STAKE}(terms());
        assertEq(createJob(), first + 1, "the contract counts");
    }

    function test_nobody_but_the_parties_takes_a_federated_stake() external {
        uint256 jobId = createDeliveredJob();
        uint256 held = address(escrow).balance;
        address[4] memory takers = [address(this), feeReceiver, stranger, requester];
        for (uint256 i = 0; i < takers.length; ++i) {
            vm.prank(takers[i]);
            (bool completed,) =
                address(escrow).call(abi.encodeCall(escrow.completeJob, (jobId, RESULT, list(alice, bob))));
            vm.prank(takers[i]);
            (bool cancelled,) = address(escrow).call(abi.encodeCall(escrow.cancelJob, (jobId)));
            vm.prank(takers[i]);
            (bool expired,) =
                address(escrow).call(abi.encodeCall(escrow.expireJob, (jobId, list(alice, bob))));
            assertTrue(!completed && !cancelled && !expired, "refused");
        }
        assertEq(address(escrow).balance, held, "untouched");
    }

    function test_results_are_not_replaced_after_completion() external {
        uint256 jobId = createClosedJob();
        vm.prank(aggregator);
        expectError(
            abi.encodeWithSelector(
                IAIModelTraining.JobNotOpen.selector, jobId, IAIModelTraining.JobStatus.Completed
            )
        );
        escrow.completeJob(jobId, "bafkreiother", list(alice, bob));
    }
}
